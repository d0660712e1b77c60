//===- RepeatTest.cpp - cycles of phases ----------------------------------===//

#include "Curves.h"

#include <rapidcheck.h>

using namespace dsc;

namespace {

struct Cycle {
  std::string text(const std::string &suffix, const std::string &scale) const {
    std::string all;
    for (size_t i = 0; i < kinds.size(); ++i)
      all += phase("p" + std::to_string(i) + suffix, kinds[i], lengths[i],
                   keys[i] + (scale.empty() ? "" : "to = " + scale + "\n"));
    return all;
  }
  std::string names() const {
    std::string all;
    for (size_t i = 0; i < kinds.size(); ++i)
      all += (i ? ", \"p" : "\"p") + std::to_string(i) + "\"";
    return "phases = [" + all + "]\n";
  }
  std::vector<std::string> kinds, lengths, keys;
};

/// Phases that move, of whole steps.
Cycle anyCycle(int64_t &steps) {
  Cycle cycle;
  size_t count = *rc::gen::inRange<size_t>(1, 4);
  int64_t percent = 100;
  steps = 0;
  for (size_t i = 0; i < count; ++i) {
    int64_t length = *rc::gen::inRange<int64_t>(1, 40);
    steps += length;
    cycle.kinds.push_back(*rc::gen::element<std::string>("linear", "cosine",
                                                         "log", "exponential"));
    cycle.lengths.push_back(std::to_string(length) + " steps");
    // Never where the one before ended.
    int64_t next = *rc::gen::inRange<int64_t>(1, 99);
    percent = next + (next >= percent);
    cycle.keys.push_back("to = \"" + std::to_string(percent) + "%\"\n");
    if (*rc::gen::inRange(0, 3) == 0)
      cycle.keys.back() += "momentum = { from = 0.85, to = 0.95 }\n";
    if (*rc::gen::inRange(0, 4) == 0)
      cycle.keys.back() += "inclusive = \"left\"\nstairs = 5\n";
  }
  // The second cycle must move too.
  cycle.keys.front() += "from = \"100%\"\n";
  return cycle;
}

} // namespace

TEST(RepeatProperty, IsItsPhasesWrittenOut) {
  EXPECT_TRUE(rc::check("bit for bit", [] {
    int64_t steps;
    Cycle cycle = anyCycle(steps);
    int64_t times = *rc::gen::inRange<int64_t>(1, 9);
    int64_t before = *rc::gen::inRange<int64_t>(1, 20);
    int64_t total = before + times * steps + 7;
    std::string lead =
        peak + phase("lead", "linear", std::to_string(before) + " steps",
                     "from = 0.0\n");
    std::string tail = phase("tail", "constant", "rest");
    std::string byHand = lead;
    for (int64_t i = 0; i < times; ++i)
      byHand += cycle.text("-" + std::to_string(i), "");
    std::string repeated =
        lead + cycle.text("", "") + tail +
        "[[schedule.repeat]]\nname = \"r\"\ntimes = " + std::to_string(times) +
        "\n" + cycle.names();
    std::string length = std::to_string(total) + " steps";
    RC_ASSERT(curveOf(scheduleRecipe(repeated, length)) ==
              curveOf(scheduleRecipe(byHand + tail, length)));
  }));
}

TEST(Repeat, CyclesOfFractionsAreWrittenOutToo) {
  // 31.25 steps each: no two cycles need have the same boundaries.
  std::string up = phase("up", "linear", "12.5%", "from = \"10%\"\n");
  std::string byHand = peak;
  for (int i = 0; i < 8; ++i)
    byHand +=
        phase("up" + std::to_string(i), "linear", "12.5%", "from = \"10%\"\n");
  EXPECT_EQ(ratesOf(scheduleRecipe(peak + up +
                                       "[[schedule.repeat]]\nname = \"r\"\n"
                                       "times = 8\nphases = [\"up\"]\n",
                                   "250 steps")),
            ratesOf(scheduleRecipe(byHand, "250 steps")));
}

TEST(Repeat, GrowsAndDecays) {
  std::string repeated =
      peak +
      phase("down", "cosine", "10 steps", "from = \"100%\"\nto = 1e-5\n") +
      "[[schedule.repeat]]\nname = \"sgdr\"\nphases = [\"down\"]\ntimes = 4\n"
      "growth = 2.0\ndecay = 0.5\n";
  std::string byHand = peak;
  const char *peaks[] = {"3e-3", "1.5e-3", "7.5e-4", "3.75e-4"};
  for (int i = 0; i < 4; ++i)
    byHand += phase("down" + std::to_string(i), "cosine",
                    std::to_string(10 << i) + " steps",
                    std::string("from = ") + peaks[i] + "\nto = 1e-5\n");
  EXPECT_EQ(ratesOf(scheduleRecipe(repeated, "150 steps")),
            ratesOf(scheduleRecipe(byHand, "150 steps")));
}

TEST(Repeat, GoesOnFromWhereTheCycleBeforeEnded) {
  // Each cycle starts lower, so that no two are alike.
  std::string step = "gamma = 0.5\nevery = \"10 steps\"\n";
  std::string repeated =
      peak + phase("fall", "step", "20 steps", step) +
      "[[schedule.repeat]]\nname = \"r\"\nphases = [\"fall\"]\ntimes = 3\n";
  std::string byHand = peak;
  for (int i = 0; i < 3; ++i)
    byHand += phase("fall" + std::to_string(i), "step", "20 steps", step);
  EXPECT_EQ(ratesOf(scheduleRecipe(repeated, "60 steps")),
            ratesOf(scheduleRecipe(byHand, "60 steps")));
}

TEST(Repeat, ThousandsOfCyclesAreOnePiece) {
  auto text = [](int64_t steps) {
    return scheduleRecipe(
        peak + phase("up", "linear", "3 steps", "from = \"1%\"\n") +
            phase("down", "cosine", "7 steps", "to = \"1%\"\n") +
            "[[schedule.repeat]]\nname = \"r\"\nphases = [\"up\", \"down\"]\n",
        std::to_string(steps) + " steps");
  };
  std::vector<double> few = ratesOf(text(20)), many = ratesOf(text(50003));
  for (size_t step = 0; step < many.size(); ++step)
    ASSERT_EQ(many[step], few[step % 10]) << step;
  Recipe recipe(text(1'000'000'000'000));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  auto parts = listParts(recipe.get());
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts->front().kind, "repeat");
  EXPECT_EQ(parts->front().end, 1'000'000'000'000);
}

TEST(Repeat, NamesPhasesByCycle) {
  Recipe recipe(scheduleRecipe(
      peak + phase("up", "linear", "30 steps", "from = \"1%\"\n") +
          phase("down", "cosine", "70 steps", "to = \"1%\"\n") +
          "[[schedule.repeat]]\nname = \"r\"\nphases = [\"up\", \"down\"]\n",
      "250 steps"));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  std::string all;
  auto parts = listParts(recipe.get());
  for (const SchedulePart &part : *parts)
    all += part.name + " " + std::to_string(part.begin) + "-" +
           std::to_string(part.end) + ", ";
  EXPECT_EQ(all, "up #1 0-30, down #1 30-100, up #2 100-130, down #2 130-200, "
                 "up #3 200-230, down #3 230-250, ");
}
