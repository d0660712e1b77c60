//===- ScheduleCases.cpp --------------------------------------------------===//

#include "test/unit/Conformance/Cases.h"

#include "test/unit/Curves/CurveCases.h"

using namespace dsc;
using namespace dsc::test;

const Ends dsc::test::kFalling = {
    "falling", {3e-3, 3e-9}, {0.95, 0.85}, {0.1, 1e-3}};
const Ends dsc::test::kRising = {
    "rising", {0, 1e-3}, {0.85, 0.95}, {6e-10, 6e-4}};
const Ends dsc::test::kClose = {
    "close", {1e-3, 1.0000001e-3}, {0.9, 0.90001}, {6e-4, 6e-5}};
const Ends dsc::test::kToZero = {"to-zero", {1, 0}, {0.9, 0}, {0.1, 0}};
const Ends dsc::test::kExtreme = {
    "extreme", {1e300, 1e-300}, {5e-324, 1e-310}, {1, 5e-324}};

/// An exponential has no 0 to come from or go to.
static TrackEnds endsFor(llvm::StringRef kind, TrackEnds ends) {
  if (kind != "exponential")
    return ends;
  return {ends.from ? ends.from : 1e-7, ends.to ? ends.to : 1e-7};
}

static void addPhase(TestSchedule &schedule, llvm::StringRef kind,
                     llvm::StringRef inclusive, const Ends &ends, int64_t steps,
                     bool tracks) {
  std::optional<TrackEnds> momentum, weightDecay;
  if (tracks) {
    momentum = endsFor(kind, ends.momentum);
    weightDecay = endsFor(kind, ends.weightDecay);
  }
  schedule.add(kind, steps, endsFor(kind, ends.lr), inclusive, momentum,
               weightDecay);
}

ScheduleCase dsc::test::onePhase(llvm::StringRef kind,
                                 llvm::StringRef inclusive, const Ends &ends,
                                 int64_t steps, bool tracks) {
  std::string name =
      (kind + "_" + inclusive + "_" + ends.name + "_" + std::to_string(steps))
          .str();
  return {name, steps,
          [=, kind = kind.str(), inclusive = inclusive.str()](TestSchedule &s) {
            addPhase(s, kind, inclusive, ends, steps, tracks);
          }};
}

ScheduleCase dsc::test::allPhases(const Ends &ends, int64_t stepsOfEach,
                                  bool tracks) {
  return {"all_" + std::string(ends.name) + "_" + std::to_string(stepsOfEach),
          16 * stepsOfEach, [=](TestSchedule &schedule) {
            for (llvm::StringRef kind : kMovingKinds)
              for (llvm::StringRef inclusive : kInclusives)
                addPhase(schedule, kind, inclusive, ends, stepsOfEach, tracks);
          }};
}

/// Phases of one to five steps, where every form is a case of its own.
static ScheduleCase shortPhases() {
  static constexpr int64_t lengths[] = {1, 2, 5};
  return {"short", 16 * 8,
          [](TestSchedule &schedule) {
            for (int64_t steps : lengths)
              for (llvm::StringRef kind : kMovingKinds)
                for (llvm::StringRef inclusive : kInclusives)
                  addPhase(schedule, kind, inclusive, kFalling, steps, false);
          },
          /*full=*/true};
}

/// As people write them: tracks that come and go, a jump, a plateau.
static ScheduleCase mixedPhases() {
  return {"mixed", 100000,
          [](TestSchedule &s) {
            s.add("linear", 2000, {0, 3e-4});
            s.add("cosine", 30000, {3e-4, 3e-3}, "both", TrackEnds{0.95, 0.85});
            s.add("constant", 18000, {3e-3, 3e-3}, "right", {},
                  TrackEnds{0.05, 0.05});
            s.add("exponential", 30000, {2e-3, 2e-6}, "left",
                  TrackEnds{0.85, 0.95}, TrackEnds{0.05, 0.1});
            s.add("log", 20000, {2e-6, 0}, "neither");
          },
          /*full=*/true};
}

/// A few settings of the catalogue, in every form.
static ScheduleCase catalogue(size_t first, size_t count, int64_t atMost) {
  int64_t total = 0;
  for (size_t i = first; i < first + count; ++i)
    total += 4 * curveCases()[i].fit(atMost);
  return {"catalogue_" + std::to_string(first), total,
          [=](TestSchedule &schedule) {
            for (size_t i = first; i < first + count; ++i) {
              const CurveCase &curve = curveCases()[i];
              int64_t steps = curve.fit(atMost);
              TrackEnds ends{3e-9, 3e-3};
              if (!curve.risesOnly && i % 2)
                ends = {3e-3, 3e-9};
              for (llvm::StringRef inclusive : kInclusives)
                setKeys(schedule.add(curve.kind, steps, ends, inclusive),
                        curve.keys(steps));
            }
          }};
}

std::vector<ScheduleCase> dsc::test::scheduleCases() {
  std::vector<ScheduleCase> cases = {shortPhases(), mixedPhases()};
  for (llvm::StringRef kind : kMovingKinds) {
    cases.push_back(onePhase(kind, "right", kFalling, 1000000, false));
    cases.back().full = true;
  }
  for (const Ends *ends : {&kRising, &kClose, &kToZero, &kExtreme})
    cases.push_back(allPhases(*ends, 62500, true));
  cases.push_back(allPhases(kFalling, 62500000, true));
  constexpr size_t together = 6;
  for (size_t i = 0; i < curveCases().size(); i += together)
    cases.push_back(
        catalogue(i, std::min(together, curveCases().size() - i), 1000003));
  // Past the integers that an f64 holds, and past those that an f32 does.
  cases.push_back(allPhases(kFalling, (int64_t(1) << 50) + 1, false));
  return cases;
}

mlir::ModuleOp ScheduleCase::lower(TestSchedule &schedule) const {
  build(schedule);
  auto function = schedule.lower({.momentum = 0.9, .weightDecay = 0.1});
  EXPECT_TRUE(succeeded(function)) << name;
  return (*function)->getParentOfType<mlir::ModuleOp>();
}

Job ScheduleCase::job(mlir::ModuleOp module, bool everyStep) const {
  Job job(module);
  auto tracks = module.lookupSymbol<mlir::func::FuncOp>("tracks");
  int64_t results = tracks.getNumResults();
  // Outside the schedule the nearest step's value holds.
  job.tracks(results, -3, 3);
  job.tracks(results, INT64_MIN, 1);
  job.tracks(results, steps, 3);
  job.tracks(results, INT64_MAX, 1);
  if (everyStep || steps <= 5000) {
    job.tracks(results, 0, steps);
    return job;
  }
  // Both ends of sixteen equal parts, and points between that repeat no
  // pattern.
  int64_t part = steps / 16;
  for (int64_t i = 0; i < 16; ++i) {
    job.tracks(results, i * part, 40);
    job.tracks(results, (i + 1) * part - 40, 40);
  }
  int64_t stride = steps / 4001 | 1;
  job.tracks(results, 17, (steps - 17) / stride, stride);
  return job;
}
