//===- ScheduleTests.cpp - phases, tracks and steps -----------------------===//

#include "test/unit/Evaluator/Phases.h"

#include "mlir/IR/Verifier.h"

#include <set>

using namespace dsc;
using namespace dsc::test;

namespace {
std::vector<double> lrOfLine(llvm::StringRef inclusive, int64_t steps) {
  TestSchedule schedule;
  schedule.add("linear", steps, {0, 1}, inclusive);
  Evaluator evaluator = schedule.compile();
  std::vector<double> values;
  for (int64_t step = 0; step < steps; ++step)
    values.push_back(valuesAt(evaluator, step)[0]);
  return values;
}
using Values = std::vector<double>;
} // namespace

TEST(Inclusive, PlacesTheSteps) {
  EXPECT_EQ(lrOfLine("left", 4), (Values{0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(lrOfLine("right", 4), (Values{0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(lrOfLine("both", 5), (Values{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(lrOfLine("neither", 3), (Values{0.25, 0.5, 0.75}));
}

TEST(Inclusive, OfOneStep) {
  EXPECT_EQ(lrOfLine("left", 1), Values{0});
  EXPECT_EQ(lrOfLine("right", 1), Values{1});
  EXPECT_EQ(lrOfLine("both", 1), Values{1});
  EXPECT_EQ(lrOfLine("neither", 1), Values{0.5});
}

TEST(Schedule, ChoosesThePhaseOfTheStep) {
  TestSchedule schedule;
  schedule.add("linear", 10, {0, 1});
  schedule.add("constant", 5, {1, 1});
  schedule.add("linear", 10, {2, 3}, "left"); // a jump
  Evaluator lr = schedule.compile();
  EXPECT_EQ(lr.getNumResults(), 1u);
  EXPECT_EQ(valuesAt(lr, 0)[0], 0.1);
  EXPECT_EQ(valuesAt(lr, 9)[0], 1);
  EXPECT_EQ(valuesAt(lr, 10)[0], 1);
  EXPECT_EQ(valuesAt(lr, 14)[0], 1);
  EXPECT_EQ(valuesAt(lr, 15)[0], 2);
  EXPECT_EQ(valuesAt(lr, 20)[0], 2.5);
}

TEST(Schedule, HoldsItsEndsOutside) {
  TestSchedule schedule;
  schedule.add("linear", 10, {0, 1});
  schedule.add("cosine", 10, {1, 0}, "left");
  Evaluator lr = schedule.compile();
  for (int64_t step : {int64_t(20), int64_t(1) << 40, INT64_MAX})
    EXPECT_EQ(valuesAt(lr, step)[0], valuesAt(lr, 19)[0]);
  EXPECT_GT(valuesAt(lr, 19)[0], 0); // left: never at the end
  for (int64_t step : {int64_t(-1), INT64_MIN})
    EXPECT_EQ(valuesAt(lr, step)[0], 0.1);
}

TEST(Schedule, ChoosesOnIntegersBeyondF64) {
  int64_t far = (int64_t(1) << 53) + 1; // not an f64
  TestSchedule schedule;
  schedule.add("constant", far, {1, 1});
  schedule.add("constant", 1, {2, 2});
  Evaluator lr = schedule.compile();
  EXPECT_EQ(valuesAt(lr, far - 1)[0], 1);
  EXPECT_EQ(valuesAt(lr, far)[0], 2);
}

TEST(Schedule, LeavesOutEmptyPhases) {
  TestSchedule schedule;
  schedule.add("linear", 0, {5, 6});
  schedule.add("constant", 3, {1, 1});
  schedule.add("cosine", 0, {7, 8});
  Evaluator lr = schedule.compile();
  EXPECT_EQ(valuesAt(lr, 0)[0], 1);
  EXPECT_EQ(valuesAt(lr, 3)[0], 1);
}

TEST(Schedule, FoldsEqualEnds) {
  for (llvm::StringRef kind :
       {"constant", "linear", "log", "cosine", "exponential"}) {
    TestSchedule schedule;
    schedule.add(kind, 1000, {3e-4, 3e-4});
    Evaluator lr = schedule.compile();
    EXPECT_EQ(lr.getNumInstructions(), 0u) << kind.str();
    EXPECT_EQ(valuesAt(lr, 77)[0], 3e-4) << kind.str();
  }
}

TEST(Tracks, FollowTheShapeAndHoldTheirLastValue) {
  TestSchedule schedule;
  schedule.add("constant", 10, {1, 1});
  schedule.add("linear", 4, {1, 2}, "left", TrackEnds{0.75, 0.25});
  schedule.add("constant", 10, {2, 2}, "left", {}, TrackEnds{0.5, 0.5});
  Evaluator tracks = schedule.compile({.momentum = 0.9, .weightDecay = 0.1});
  using Row = llvm::SmallVector<double>;
  EXPECT_EQ(valuesAt(tracks, 9), (Row{1, 0.9, 0.1}));
  EXPECT_EQ(valuesAt(tracks, 10), (Row{1, 0.75, 0.1}));
  EXPECT_EQ(valuesAt(tracks, 12), (Row{1.5, 0.5, 0.1}));
  EXPECT_EQ(valuesAt(tracks, 14), (Row{2, 0.25, 0.5}));
  EXPECT_EQ(valuesAt(tracks, 99), (Row{2, 0.25, 0.5}));
}

TEST(Tracks, AreNamedOnTheFunction) {
  auto namesOf = [](std::optional<TrackEnds> momentum,
                    std::optional<TrackEnds> weightDecay) {
    TestSchedule schedule;
    schedule.add("linear", 10, {0, 1}, "right", momentum, weightDecay);
    auto names = (*schedule.lower())
                     ->getAttrOfType<mlir::ArrayAttr>(tracksAttributeName);
    std::vector<std::string> found;
    for (mlir::Attribute name : names)
      found.push_back(llvm::cast<mlir::StringAttr>(name).str());
    return found;
  };
  using Names = std::vector<std::string>;
  TrackEnds ends{0.9, 0.8};
  EXPECT_EQ(namesOf({}, {}), Names{"lr"});
  EXPECT_EQ(namesOf(ends, {}), (Names{"lr", "momentum"}));
  EXPECT_EQ(namesOf({}, ends), (Names{"lr", "weight_decay"}));
  EXPECT_EQ(namesOf(ends, ends), (Names{"lr", "momentum", "weight_decay"}));
}

TEST(Function, CarriesThePlacesOfThePhases) {
  TestSchedule schedule;
  mlir::Location warmup = schedule.add("linear", 10, {0, 1})->getLoc();
  mlir::Location anneal = schedule.add("cosine", 10, {1, 0})->getLoc();
  std::set<const void *> places;
  schedule.lower()->walk([&](mlir::Operation *op) {
    if (llvm::isa<mlir::arith::DivFOp>(op))
      places.insert(op->getLoc().getAsOpaquePointer());
  });
  EXPECT_EQ(places.size(), 2u);
  EXPECT_TRUE(places.contains(warmup.getAsOpaquePointer()));
  EXPECT_TRUE(places.contains(anneal.getAsOpaquePointer()));
}

TEST(Errors, AnUnresolvedPhase) {
  TestSchedule schedule;
  schedule.add("linear", 10, {0, 1})->removeAttr("finish");
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("expected a resolved phase"),
            std::string::npos);
}

TEST(Errors, AGapBetweenPhases) {
  TestSchedule schedule;
  mlir::Builder builder(&getContext());
  schedule.add("linear", 10, {0, 1});
  schedule.add("linear", 10, {0, 1})
      ->setAttr("begin", builder.getI64IntegerAttr(12));
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("begins at step 10, found 12"),
            std::string::npos);
}

TEST(Errors, AnEmptySchedule) {
  TestSchedule schedule;
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("at least one step"), std::string::npos);
}

TEST(Errors, ATrackThatIsNotTwoNumbers) {
  TestSchedule schedule;
  mlir::Builder builder(&getContext());
  schedule.add("linear", 10, {0, 1})
      ->setAttr("tracks", builder.getDictionaryAttr({builder.getNamedAttr(
                              "momentum", builder.getF64ArrayAttr({0.9}))}));
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("two numbers for the track 'momentum'"),
            std::string::npos);
}

TEST(Errors, AnExponentialFromZero) {
  TestSchedule schedule;
  schedule.add("exponential", 10, {1, 0.1}, "right", {}, TrackEnds{0, 0.1});
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("expected two positive ends, found 0"),
            std::string::npos);
}
