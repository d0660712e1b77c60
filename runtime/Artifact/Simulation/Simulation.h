//===- Simulation.h - all ranks' plans, before anything runs ----*- C++ -*-===//
//
// Walks the plans of all ranks of a job together: two steps and an evaluation,
// each rank with a lane that computes and one that communicates, first in first
// out. Says what would go wrong, and what a step costs: memory, bytes on links,
// and time on a machine of stated figures.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_SIMULATION_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_SIMULATION_H

#include "runtime/Artifact/Plan_generated.h"
#include "runtime/Artifact/Simulation/RankFaults.h"

#include <span>

namespace dsc {

/// How bytes go from rank to rank: each to the next, or straight from memory
/// that all of them see.
enum class Links { ring, direct };

/// What a rank is assumed to be able to do. Times are no better than these.
struct Machine {
  double flops = 5e11;   ///< a second, in the model
  double memory = 2e10;  ///< bytes a second, in kernels
  double link = 5e9;     ///< bytes a second that a rank can send
  double latency = 2e-5; ///< seconds of an exchange between two ranks
  Links links = Links::direct;
  bool recorded = false; ///< a step ends with all that it began: Order.h
};

/// What a unit costs for a micro-batch; the plan does not know.
struct UnitWork {
  double flops = 0;        ///< of its forward
  double savedBytes = 0;   ///< held from its forward to its backward
  double workingBytes = 0; ///< besides, while it runs
};

struct SimulationOptions {
  Machine machine;
  std::vector<UnitWork> units;    ///< by unit; empty: they cost nothing
  double backwardOverForward = 2; ///< FLOPs of a backward by its forward's
};

/// A lane's work in the second step. Seconds count from the step's beginning;
/// what the step before left on the communication lane may begin before 0.
struct Span {
  int rank = 0;
  plan::Lane lane = plan::Lane::compute;
  plan::OpCode code = plan::OpCode::advance;
  int index = -1; ///< of the op: unit, kernel or bucket
  int step = 0;   ///< 0: left by the step before
  bool sumsGradients = false;
  std::string what;
  double begin = 0, end = 0;
};

struct BufferMemory {
  std::string name;
  double bytes = 0;
};

struct RankReport {
  std::vector<BufferMemory> buffers; ///< that take memory on this rank
  double activations = 0;            ///< at their most
  double sent = 0;                   ///< bytes, a step
  double waiting = 0; ///< seconds of a step in which it does not compute
  double highWater() const;
};

struct LinkReport {
  int from = 0, to = 0;
  double bytes = 0; ///< a step
};

struct Simulation {
  std::vector<RankFault> faults; ///< none: the plans are right
  std::vector<RankReport> ranks;
  std::vector<LinkReport> links; ///< that carry something
  std::vector<Span> timeline;    ///< of the second step; empty after a deadlock
  int64_t collectives = 0;       ///< a step
  /// Of a step; and those of them that were walked, which times are of.
  int64_t microBatches = 0, walkedMicroBatches = 0;
  double stepSeconds = 0;
  double exchangeSeconds = 0; ///< of gradients, on rank 0
  double hiddenSeconds = 0;   ///< of those, while backward goes on
  /// Share of the gradients' exchange that backward hides; 1 where there is
  /// none.
  double hidden() const;
};

/// `plans` has one plan for each rank, all of which passed validatePlan. Ranks
/// may share one.
Simulation simulate(std::span<const plan::Plan *const> plans,
                    const SimulationOptions &options);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_SIMULATION_H
