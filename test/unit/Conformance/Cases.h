//===- Cases.h - schedules and optimizers under test ------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_CASES_H
#define DSC_TEST_UNIT_CONFORMANCE_CASES_H

#include "test/unit/Conformance/Job.h"
#include "test/unit/Evaluator/Phases.h"
#include "test/unit/Kernels/KernelFixture.h"

#include <functional>

namespace dsc::test {

inline constexpr llvm::StringLiteral kMovingKinds[] = {"linear", "log",
                                                       "cosine", "exponential"};
inline constexpr llvm::StringLiteral kInclusives[] = {"left", "right", "both",
                                                      "neither"};

/// Ends of the learning rate, momentum and weight decay.
struct Ends {
  const char *name;
  TrackEnds lr, momentum, weightDecay;

  friend void PrintTo(const Ends &ends, std::ostream *out) {
    *out << ends.name;
  }
};
/// Six orders down; up from 0; ends that nearly touch; to 0; the whole of f64.
extern const Ends kFalling, kRising, kClose, kToZero, kExtreme;

struct ScheduleCase {
  std::string name;
  int64_t steps;
  std::function<void(TestSchedule &)> build;
  bool full = false; ///< every step, also where that takes long

  /// The module with @tracks alone.
  mlir::ModuleOp lower(TestSchedule &schedule) const;
  Job job(mlir::ModuleOp module, bool everyStep) const;

  friend void PrintTo(const ScheduleCase &schedule, std::ostream *out) {
    *out << schedule.name;
  }
};

/// One phase, with all three tracks where `tracks`.
ScheduleCase onePhase(llvm::StringRef kind, llvm::StringRef inclusive,
                      const Ends &ends, int64_t steps, bool tracks);
/// Every kind in every form, one after the other.
ScheduleCase allPhases(const Ends &ends, int64_t stepsOfEach, bool tracks);
/// What every check runs.
std::vector<ScheduleCase> scheduleCases();

struct OptimizerCase {
  std::string name;
  Recipe recipe;

  Job job(Program &program) const;

  friend void PrintTo(const OptimizerCase &optimizer, std::ostream *out) {
    *out << optimizer.name;
  }
};

std::vector<OptimizerCase> optimizerCases();
/// Names of the optimizers, each of a few keys; and one in every form, at every
/// size.
std::vector<std::string> optimizerVariants();
std::vector<OptimizerCase> longOptimizerCases(const std::string &variant);

/// `module`, or its @tracks alone, for a level, as a payload.
std::string compilePayload(mlir::ModuleOp module, const std::string &level);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_CASES_H
