//===- LengthsTest.cpp ----------------------------------------------------===//

#include "Harness.h"

using namespace dsc;

namespace {

std::string phase(const std::string &name, const std::string &length) {
  return "[[schedule.phase]]\nname = \"" + name +
         "\"\nkind = \"constant\"\nlength = \"" + length + "\"\n";
}
const std::string peak = "[schedule]\npeak = 1.0\n";

int64_t stepsOf(const std::string &length, const std::string &more = "") {
  Recipe recipe(scheduleRecipe(peak + more, length));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  return integer(recipe.table<TrainOp>(), "steps");
}

} // namespace

TEST(Lengths, TheRunRoundsUp) {
  EXPECT_EQ(stepsOf("1000 steps"), 1000);
  EXPECT_EQ(stepsOf("1 step"), 1);
  EXPECT_EQ(stepsOf("1.5k steps"), 1500);
  EXPECT_EQ(stepsOf("64 samples"), 2);
  EXPECT_EQ(stepsOf("65 samples"), 3);
  EXPECT_EQ(stepsOf("1M tokens", "[data]\nsequence = 64\n"), 489);
  EXPECT_EQ(stepsOf("1B steps"), 1'000'000'000);
}

TEST(Lengths, TheRunMustBeALength) {
  for (const char *length : {"5%", "rest", "3 evals", "0 steps"}) {
    Recipe recipe(scheduleRecipe(peak, length));
    EXPECT_FALSE(recipe.resolve(true)) << length;
    EXPECT_EQ(recipe.count("error 3: "), 1u) << recipe.said();
    EXPECT_EQ(recipe.messages.size(), 1u) << recipe.said();
  }
}

TEST(Lengths, TokensNeedASequence) {
  Recipe recipe(scheduleRecipe(peak, "1M tokens"));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("counts tokens"), 1u) << recipe.said();
}

TEST(Lengths, EpochsNeedData) {
  Recipe recipe(scheduleRecipe(peak, "2 epochs"));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("the recipe has no [[data.source]]"), 1u)
      << recipe.said();
}

TEST(Lengths, BoundariesAreRoundedNotLengths) {
  // 2.5, 5, 7.5 and 10 of 10: each length alone would round to 3.
  Recipe recipe(scheduleRecipe(peak + phase("a", "25%") + phase("b", "25%") +
                                   phase("c", "25%") + phase("d", "25%"),
                               "10 steps"));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  std::vector<int64_t> ends;
  for (size_t i = 0; i < 4; ++i)
    ends.push_back(integer(recipe.phase(i), "end"));
  EXPECT_EQ(ends, (std::vector<int64_t>{3, 5, 8, 10}));
}

TEST(Lengths, RestStandsAnywhere) {
  Recipe recipe(scheduleRecipe(peak + phase("a", "100 steps") +
                               phase("b", "rest") + phase("c", "12.5%")));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(integer(recipe.phase(1), "begin"), 100);
  EXPECT_EQ(integer(recipe.phase(1), "end"), 875);
  EXPECT_EQ(integer(recipe.phase(2), "end"), 1000);
}

TEST(Lengths, AllTokensFillTheRun) {
  // 488.28 steps round up to 489, the phases' sum rounds to 488.
  Recipe recipe(scheduleRecipe("[data]\nsequence = 64\n" + peak +
                                   phase("a", "0.1M tokens") +
                                   phase("b", "0.9M tokens"),
                               "1M tokens"));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(integer(recipe.phase(0), "end"), 49);
  EXPECT_EQ(integer(recipe.phase(1), "end"), 489);
}

TEST(Lengths, GapShowsTheArithmetic) {
  Recipe recipe(scheduleRecipe(peak + phase("warmup", "5%") +
                               phase("decay", "900 steps")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("error 14: the phases end before the run: warmup 50 + "
                         "decay 900 = 950 of 1000 steps, 50 are left; hint: "
                         "write length = \"rest\" for one of them"),
            1u)
      << recipe.said();
}

TEST(Lengths, OverrunShowsTheArithmetic) {
  Recipe recipe(scheduleRecipe(peak + phase("warmup", "20%") +
                               phase("decay", "900 steps")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("error 14: the phases overrun the run: warmup 200 + "
                         "decay 900 = 1100 of 1000 steps, 100 too many"),
            1u)
      << recipe.said();
}

TEST(Lengths, NothingIsLeftForRest) {
  Recipe recipe(scheduleRecipe(peak + phase("a", "60%") + phase("b", "rest") +
                               phase("c", "60%")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("a 600 + c 600 = 1200 of 1000 steps, 200 too many"),
            1u)
      << recipe.said();
}

TEST(Lengths, RestOnceOnly) {
  Recipe recipe(scheduleRecipe(peak + phase("a", "rest") + phase("b", "rest")));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("\"rest\" is the length of two phases, 'a' and 'b'"),
            1u)
      << recipe.said();
}

TEST(Lengths, MissingLength) {
  Recipe recipe(
      scheduleRecipe(peak + "[[schedule.phase]]\nkind = \"constant\"\n"));
  EXPECT_FALSE(recipe.resolve(true));
  EXPECT_EQ(recipe.count("phase 'constant' has no 'length'"), 1u)
      << recipe.said();
}

TEST(Lengths, APhaseOfNoStepIsWarned) {
  Recipe recipe(
      scheduleRecipe(peak + phase("a", "1%") + phase("b", "rest"), "10 steps"));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(recipe.count("warning 10: phase 'a' comes to no step: 0.1 of 10"),
            1u)
      << recipe.said();
}

TEST(Lengths, CadencesAreSteps) {
  Recipe recipe(wholeRecipe(writeWords("cadence", 1000), "",
                            "[checkpoint]\nevery = \"1 epoch\"\n"
                            "[log]\nevery = \"20 samples\"\n"
                            "[[eval]]\nsource = \"words\"\nevery = \"0.1%\"\n"
                            "stop_after = \"10 steps\"\n"
                            "[[eval]]\nname = \"b\"\nsource = \"words\"\n"
                            "every = \"25%\"\nstop_after = \"3 evals\"\n"));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  EXPECT_EQ(integer(recipe.table<CheckpointOp>(), "every_steps"), 126);
  EXPECT_EQ(integer(recipe.table<LoggingOp>(), "every_steps"), 3);
  auto evals = listTables<EvalOp>(recipe.get());
  EXPECT_EQ(integer(evals[0], "every_steps"), 1);
  EXPECT_EQ(integer(evals[0], "stop_after_evals"), 10);
  EXPECT_EQ(integer(evals[1], "every_steps"), 25);
  EXPECT_EQ(integer(evals[1], "stop_after_evals"), 3);
}

TEST(Lengths, CadencesMustRepeat) {
  Recipe recipe(
      wholeRecipe(writeWords("never", 1000), "",
                  "[checkpoint]\nevery = \"rest\"\n"
                  "[log]\nevery = \"0 steps\"\n"
                  "[[eval]]\nsource = \"words\"\nevery = \"2 evals\"\n"
                  "stop_after = \"0 evals\"\n"));
  EXPECT_FALSE(recipe.resolve());
  EXPECT_EQ(recipe.count("'every' is in rest"), 1u) << recipe.said();
  EXPECT_EQ(recipe.count("'every' is 0"), 1u) << recipe.said();
  EXPECT_EQ(recipe.count("'every' is in evals"), 1u) << recipe.said();
  EXPECT_EQ(recipe.count("'stop_after' is 0"), 1u) << recipe.said();
}
