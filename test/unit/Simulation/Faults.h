//===- Faults.h - what the simulator says of a broken plan ------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_SIMULATION_FAULTS_H
#define DSC_TEST_UNIT_SIMULATION_FAULTS_H

#include "RightPlans.h"

namespace dsc::test {

inline PlanShape shapeOf(Strategy strategy) {
  PlanShape shape;
  shape.strategy = strategy;
  return shape;
}

/// RankFaults of two ranks that run a changed plan.
template <typename Change>
std::string faultsOf(const PlanShape &shape, Change change) {
  plan::PlanT plan = rightPlan(shape);
  change(plan);
  return RankPlans(plan, 2).faults();
}

/// The same with rank 1's plan changed alone.
template <typename Change>
std::string faultsOfOne(const PlanShape &shape, Change change) {
  RankPlans plans(rightPlan(shape), 2);
  change(plans.of(1));
  return plans.faults();
}

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SIMULATION_FAULTS_H
