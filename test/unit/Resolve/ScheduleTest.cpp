//===- ScheduleTest.cpp ---------------------------------------------------===//

#include "Harness.h"

using namespace dsc;

namespace {

std::string phase(const std::string &kind, const std::string &length,
                  const std::string &keys = "") {
  return "[[schedule.phase]]\nkind = \"" + kind + "\"\nlength = \"" + length +
         "\"\n" + keys;
}
const std::string peak = "[schedule]\npeak = 3e-3\n";
const std::string adamw = "[optimizer]\nkind = \"adamw\"\n";

std::pair<double, double> trackOf(PhaseInterface phase, llvm::StringRef name) {
  auto tracks = phase->getAttrOfType<mlir::DictionaryAttr>("tracks");
  auto pair = tracks ? tracks.getAs<mlir::ArrayAttr>(name) : mlir::ArrayAttr();
  if (!pair)
    return {-1, -1};
  return {llvm::cast<mlir::FloatAttr>(pair[0]).getValueAsDouble(),
          llvm::cast<mlir::FloatAttr>(pair[1]).getValueAsDouble()};
}

} // namespace

TEST(Schedule, EndsFollowEachOther) {
  Recipe recipe(scheduleRecipe(peak + phase("linear", "10%", "from = 0\n") +
                               phase("constant", "40%") +
                               phase("cosine", "rest", "to = \"10%\"\n")));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_TRUE(recipe.messages.empty()) << recipe.said();
  EXPECT_EQ(number(recipe.phase(0), "start"), 0);
  EXPECT_EQ(number(recipe.phase(0), "finish"), 3e-3);
  EXPECT_EQ(number(recipe.phase(1), "start"), 3e-3);
  EXPECT_EQ(number(recipe.phase(1), "finish"), 3e-3);
  EXPECT_EQ(number(recipe.phase(2), "start"), 3e-3);
  EXPECT_EQ(number(recipe.phase(2), "finish"), 3e-4);
}

TEST(Schedule, TheFirstPhaseStartsAtThePeak) {
  Recipe recipe(scheduleRecipe(peak + phase("linear", "rest", "to = 1e-5\n")));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(number(recipe.phase(0), "start"), 3e-3);
  EXPECT_EQ(number(recipe.phase(0), "finish"), 1e-5);
}

TEST(Schedule, PeakIsNeededOnlyWhereSomethingRefersToIt) {
  Recipe numbers(
      scheduleRecipe(phase("linear", "50%", "from = 1e-4\nto = 1e-3\n") +
                     phase("cosine", "rest", "to = 1e-5\n")));
  EXPECT_TRUE(numbers.resolve(true)) << numbers.said();

  Recipe percent(
      scheduleRecipe(phase("linear", "50%", "from = 1e-4\nto = \"50%\"\n") +
                     phase("cosine", "rest")));
  EXPECT_FALSE(percent.resolve(true));
  EXPECT_EQ(
      percent.count("[schedule] has no 'peak', and 'to' of phase 'linear' "
                    "refers to it"),
      1u)
      << percent.said();
  EXPECT_EQ(percent.count("and the end of phase 'cosine' refers to it"), 1u)
      << percent.said();
}

TEST(Schedule, AJumpIsWarnedWithBothValues) {
  Recipe recipe(scheduleRecipe(
      peak + phase("constant", "500 steps") +
      phase("cosine", "rest", "from = \"50%\"\nto = \"10%\"\n")));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(
      recipe.count("warning 13: the learning rate jumps at step 500: phase "
                   "'constant' ends at 0.003, 'cosine' starts from 0.0015"),
      1u)
      << recipe.said();
  EXPECT_EQ(recipe.messages.size(), 1u);
}

TEST(Schedule, TheSameValueIsNoJump) {
  Recipe recipe(
      scheduleRecipe(peak + phase("linear", "50%", "to = \"10%\"\n") +
                     phase("cosine", "rest", "from = 3e-4\nto = 1e-6\n")));
  EXPECT_TRUE(recipe.resolve(true));
  EXPECT_TRUE(recipe.messages.empty()) << recipe.said();
}

TEST(Schedule, APhaseThatDoesNotMove) {
  Recipe recipe(scheduleRecipe(peak + phase("cosine", "rest")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("phase 'cosine' does not move: it runs from 0.003 to "
                         "0.003"),
            1u)
      << recipe.said();
}

TEST(Schedule, ExponentialNeedsPositiveEnds) {
  Recipe recipe(
      scheduleRecipe(peak + phase("exponential", "rest", "to = 0\n")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("'exponential' expected two positive ends"), 1u)
      << recipe.said();
}

TEST(Schedule, AnLrBeyondReason) {
  Recipe recipe(scheduleRecipe(peak + phase("linear", "rest", "to = 1e31\n")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("'to' comes to a learning rate of 1e+31"), 1u)
      << recipe.said();
}

TEST(Schedule, LastStepAtZeroIsWarned) {
  const std::string zero = "the learning rate of the last step is 0";
  for (const char *inclusive : {"right", "both", "left", "neither"}) {
    Recipe recipe(
        scheduleRecipe(peak + phase("linear", "rest",
                                    "to = 0\ninclusive = \"" +
                                        std::string(inclusive) + "\"\n")));
    EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
    bool reaches =
        inclusive == std::string("right") || inclusive == std::string("both");
    EXPECT_EQ(recipe.count(zero), reaches ? 1u : 0u) << inclusive;
  }
  Recipe single(scheduleRecipe(
      peak + phase("linear", "rest", "from = 0\ninclusive = \"left\"\n"),
      "1 step"));
  EXPECT_TRUE(single.resolve(true)) << single.said();
  EXPECT_EQ(single.count(zero), 1u) << single.said();
}

TEST(Schedule, TracksFollowAndHold) {
  Recipe recipe(scheduleRecipe(
      "[optimizer]\nkind = \"adamw\"\nweight_decay = 0.2\n" + peak +
      phase("linear", "30%",
            "from = 0\nmomentum = { from = 0.95, to = 0.85 }\n") +
      phase("cosine", "60%",
            "to = \"10%\"\nmomentum = { to = 0.95 }\n"
            "weight_decay = { to = 0.1 }\n") +
      phase("constant", "rest", "momentum = 0.9\n")));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  using Pair = std::pair<double, double>;
  EXPECT_EQ(trackOf(recipe.phase(0), "momentum"), Pair(0.95, 0.85));
  EXPECT_EQ(trackOf(recipe.phase(0), "weight_decay"), Pair(-1, -1));
  EXPECT_EQ(trackOf(recipe.phase(1), "momentum"), Pair(0.85, 0.95));
  EXPECT_EQ(trackOf(recipe.phase(1), "weight_decay"), Pair(0.2, 0.1));
  EXPECT_EQ(trackOf(recipe.phase(2), "momentum"), Pair(0.9, 0.9));
}

TEST(Schedule, BeforeAnyPhaseATrackIsTheOptimizers) {
  Recipe recipe(scheduleRecipe(
      adamw + peak +
      phase("linear", "rest", "to = 0.1\nmomentum = { to = 0.8 }\n")));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(trackOf(recipe.phase(0), "momentum"), (std::pair(0.9, 0.8)));

  Recipe without(scheduleRecipe(
      peak + phase("linear", "rest", "to = 0.1\nmomentum = { to = 0.8 }\n")));
  EXPECT_FALSE(without.resolve(true));
  EXPECT_EQ(without.count("has no 'from', and there is no [optimizer]"), 1u)
      << without.said();
}

TEST(Schedule, MomentumBesideBetas) {
  std::string betas = "[optimizer]\nkind = \"adamw\"\nbetas = [0.9, 0.95]\n";
  Recipe moving(
      scheduleRecipe(betas + peak +
                     phase("linear", "rest",
                           "to = 0.1\nmomentum = { from = 0.9, to = 0.8 }\n")));
  EXPECT_FALSE(moving.resolve(true));
  EXPECT_EQ(moving.count("'momentum' moves beta1, which 'betas' of [optimizer] "
                         "fixes at 0.9; hint: write beta2 = 0.95 in place of "
                         "betas"),
            1u)
      << moving.said();

  Recipe held(scheduleRecipe(
      betas + peak + phase("linear", "rest", "to = 0.1\nmomentum = 0.8\n")));
  EXPECT_TRUE(held.resolve(true)) << held.said();
}

TEST(Schedule, ATrackMovesOnlyAlongACurve) {
  Recipe recipe(scheduleRecipe(
      adamw + peak +
      phase("constant", "rest", "weight_decay = { from = 0.1, to = 0.2 }\n")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("'weight_decay' moves from 0.1 to 0.2 in phase "
                         "'constant', which has no curve to follow"),
            1u)
      << recipe.said();
}

TEST(Schedule, ALevelPhaseMayMoveATrack) {
  Recipe recipe(scheduleRecipe(
      adamw + peak +
      phase("linear", "rest", "momentum = { from = 0.8, to = 0.9 }\n")));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
}

TEST(Schedule, TracksHaveTheirRanges) {
  Recipe recipe(scheduleRecipe(
      adamw + peak + phase("linear", "50%", "to = 0.1\nmomentum = 1.0\n") +
      phase("cosine", "rest", "weight_decay = { from = 0.1, to = -1.0 }\n")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(
      recipe.count("'momentum' of phase 'linear' is 1.0, expected a number "
                   "from 0 up to, not including, 1"),
      1u)
      << recipe.said();
  EXPECT_EQ(recipe.count("'weight_decay' of phase 'cosine' is -1.0"), 1u)
      << recipe.said();
}

TEST(Schedule, PlainSgdHasNoMomentum) {
  Recipe recipe(
      scheduleRecipe("[optimizer]\nkind = \"sgd\"\n" + peak +
                     phase("linear", "rest",
                           "to = 0.1\nmomentum = { from = 0.8, to = 0.9 }\n")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("runs without momentum"), 1u) << recipe.said();
}

TEST(Schedule, BadBetasAreReportedOnce) {
  Recipe recipe(
      scheduleRecipe("[optimizer]\nkind = \"adamw\"\nbetas = [0.9]\n" + peak));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.messages.size(), 1u) << recipe.said();
}
