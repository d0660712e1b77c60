//===- RightPlans.h - plans as the compiler would make them -----*- C++ -*-===//
//
// A chain of units with a weight and a bias each, in two groups, cut into
// buckets, under one of three placements. Tests break them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_SIMULATION_RIGHTPLANS_H
#define DSC_TEST_UNIT_SIMULATION_RIGHTPLANS_H

// Before every other header that knows plans: the same classes, and more.
#include "test/unit/Simulation/Plan_objects.h"

#include "runtime/Artifact/Simulation/Simulation.h"

#include <memory>
#include <string>
#include <vector>

namespace dsc::test {

enum class Strategy { replicated, zero1, zero2 };

struct PlanShape {
  Strategy strategy = Strategy::replicated;
  int units = 4;
  int blocks = 3;       ///< of a unit's weight, about
  int bucketBlocks = 2; ///< of a bucket, at most
  bool tied = false;    ///< the last unit reads the first one's weight
  bool mixed = false;   ///< a bf16 copy is what forward reads
  int64_t batch = 12, microBatch = 0;
  int64_t virtualRanks = 0;
};

plan::PlanT rightPlan(const PlanShape &shape);

/// A plan for every rank, which may be changed one by one.
class RankPlans {
public:
  RankPlans(const plan::PlanT &plan, int ranks);

  plan::PlanT &of(int rank) { return *plans[size_t(rank)]; }
  int ranks() const { return int(plans.size()); }

  Simulation simulate(const SimulationOptions &options = {}) const;
  /// What validatePlan says of the first plan that it refuses, which must not
  /// be walked; "" for none.
  std::string damage() const;
  /// All faults, a line each; "" for none.
  std::string faults() const;

private:
  std::vector<std::vector<uint8_t>> packed() const;

  std::vector<std::unique_ptr<plan::PlanT>> plans;
};

/// The bytes of a plan.
std::vector<uint8_t> pack(const plan::PlanT &plan);

plan::ProgramT &programOf(plan::PlanT &plan, const std::string &name);

/// Position of the op with that code and index in a program; -1 for none. An
/// index of -1 is any.
int findOp(plan::PlanT &plan, const std::string &program, plan::OpCode code,
           int index = -1);

/// That op, which is there.
plan::PlanOpT &opOf(plan::PlanT &plan, const std::string &program,
                    plan::OpCode code, int index = -1);

void dropOp(plan::PlanT &plan, const std::string &program, int position);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SIMULATION_RIGHTPLANS_H
