//===- BreakPlans.h - ways in which a right plan can go wrong ---*- C++ -*-===//
//
// Every break is a fault by its making, not because the simulator says so.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_SIMULATION_BREAKPLANS_H
#define DSC_TEST_UNIT_SIMULATION_BREAKPLANS_H

#include "RightPlans.h"

#include <functional>

namespace dsc::test {

/// A number in [0, count), chosen by the test.
using Choose = std::function<int(int count)>;

struct Break {
  const char *name;
  /// A fault only while some other rank's plan stays as it was.
  bool ofSomeRanks;
  /// False where the plan has nothing to break in this way; then it is as it
  /// was.
  bool (*apply)(plan::PlanT &plan, const Choose &choose);
  /// Makes of any shape one that has what is to be broken, where few have.
  void (*narrow)(PlanShape &shape) = nullptr;
};

const std::vector<Break> &allBreaks();

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SIMULATION_BREAKPLANS_H
