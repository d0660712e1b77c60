//===- Simulation.h - what `dsc plan -n` knows of the ranks -----*- C++ -*-===//
//
// The plans of all ranks, walked together (runtime/Artifact/Simulation), shown
// as text, JSON or SVG.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_PLAN_SIMULATION_H
#define DSC_COMPILER_DRIVER_PLAN_SIMULATION_H

#include "compiler/Driver/Plan/Report.h"
#include "runtime/Artifact/Simulation/Simulation.h"

#include "llvm/Support/Error.h"

namespace dsc {

struct SimulationReport {
  std::string name; ///< of the run
  int64_t batch = 0;
  int ranks = 1;
  Machine machine;
  Simulation result;

  bool isRight() const { return result.faults.empty(); }
  /// "on ranks of 500 GFLOP/s, ...": what times are based on.
  std::string assumptions() const;
  /// ", 4 of its 16 micro-batches" where times are not of all of them.
  std::string walkedText() const;
};

/// More ranks than anybody looks at one by one.
inline constexpr int64_t kMostSimulatedRanks = 1024;

/// A share of a host for the CPU, and where the device is left open; else a GPU
/// with links to its peers.
Machine assumedMachine(const plan::Plan &plan);

/// Changes a figure of the machine: `flops=2e12`, `link=1e10`, `links=ring`.
llvm::Error assume(Machine &machine, llvm::StringRef setting);

/// Walks `plan` on that many ranks. `report` is of the same plan and number.
SimulationReport simulateRanks(const plan::Plan &plan, int64_t ranks,
                               const Machine &machine,
                               const PlanReport &report);

nlohmann::ordered_json toJson(const SimulationReport &report);
void writeText(const SimulationReport &report, llvm::raw_ostream &out);

/// One step as SVG: what every rank computes and sends, and its memory.
void writeSvg(const SimulationReport &report, llvm::raw_ostream &out);

/// 0.00123 as "1.23 ms".
std::string secondsText(double seconds);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_PLAN_SIMULATION_H
