//===- CombinatorsTest.cpp - factors, bounds, stairs, noise, the batch ----===//

#include "Curves.h"

#include "runtime/Base/Random.h"

#include <rapidcheck.h>

#include <cmath>

using namespace dsc;

TEST(FactorProperty, OfConstantsScales) {
  EXPECT_TRUE(rc::check("a product of constants", [] {
    double a = *rc::gen::inRange(1, 999) / 1000.0;
    double b = *rc::gen::inRange(1, 999) / 1000.0;
    auto constant = [](const std::string &name, double value) {
      return phase(name, "constant", "rest",
                   "multiplier = \"" + name +
                       "\"\nfrom = " + std::to_string(value) + "\n");
    };
    std::string own = peak + phase("down", "cosine", "100%", "to = \"10%\"\n");
    auto plain = ratesOf(scheduleRecipe(own, "60 steps"));
    auto scaled = ratesOf(
        scheduleRecipe(own + constant("a", a) + constant("b", b), "60 steps"));
    RC_ASSERT(plain.size() == scaled.size());
    for (size_t i = 0; i < plain.size(); ++i)
      RC_ASSERT(scaled[i] == plain[i] * std::stod(std::to_string(a)) *
                                 std::stod(std::to_string(b)));
  }));
}

TEST(Factor, HasAPeakOfOneAndPhasesOfItsOwn) {
  auto rates = ratesOf(scheduleRecipe(
      peak + phase("hold", "constant", "80%", "multiplier = \"cool\"\n") +
          phase("drop", "linear", "rest",
                "multiplier = \"cool\"\nto = \"50%\"\n"),
      "10 steps"));
  EXPECT_EQ(rates, (std::vector<double>{3e-3, 3e-3, 3e-3, 3e-3, 3e-3, 3e-3,
                                        3e-3, 3e-3, 3e-3 * 0.75, 3e-3 * 0.5}));
}

TEST(Bounds, HoldThePhaseAndTheSchedule) {
  std::string down = phase("down", "linear", "10 steps",
                           "to = 0.0\nmin = \"25%\"\nmax = \"75%\"\n");
  auto rates = ratesOf(scheduleRecipe("[schedule]\npeak = 1.0\n" + down +
                                          phase("on", "constant", "rest"),
                                      "12 steps"));
  EXPECT_EQ(rates.front(), 0.75);
  EXPECT_EQ(rates[9], 0.25);
  EXPECT_EQ(rates[11], 0.25) << "the next phase goes on from the bound";
  auto whole = ratesOf(
      scheduleRecipe("[schedule]\npeak = 1.0\nmin = 0.5\nmax = \"60%\"\n" +
                         phase("down", "linear", "rest", "to = 0.0\n"),
                     "10 steps"));
  for (double rate : whole)
    EXPECT_TRUE(rate >= 0.5 && rate <= 0.6) << rate;
}

TEST(StairsProperty, AreTheCurveAtWholeStairs) {
  EXPECT_TRUE(rc::check("by integer arithmetic", [] {
    int64_t steps = *rc::gen::inRange<int64_t>(1, 200);
    int64_t stairs = *rc::gen::inRange<int64_t>(1, 50);
    bool round = *rc::gen::arbitrary<bool>();
    auto rates = ratesOf(scheduleRecipe(
        "[schedule]\npeak = 1.0\n" +
            phase("up", "linear", "rest",
                  "from = 0.0\nstairs = " + std::to_string(stairs) +
                      (round ? "\nstair_rounding = \"round\"\n" : "\n")),
        std::to_string(steps) + " steps"));
    RC_ASSERT(int64_t(rates.size()) == steps);
    for (int64_t m = 1; m <= steps; ++m) {
      int64_t stair =
          round ? (2 * m * stairs + steps) / (2 * steps) : m * stairs / steps;
      RC_ASSERT(rates[m - 1] == double(stair) / double(stairs));
    }
  }));
}

TEST(NoiseProperty, IsThatOfTheRuntimesGenerator) {
  EXPECT_TRUE(rc::check("drawn by seed and step", [] {
    auto seed = *rc::gen::inRange<int64_t>(0, INT64_MAX);
    bool ofPhase = *rc::gen::arbitrary<bool>();
    std::string noise =
        "noise = \"5%\"\nnoise_seed = " + std::to_string(seed) + "\n";
    auto rates = ratesOf(scheduleRecipe(
        "[schedule]\npeak = 1e-3\n" + (ofPhase ? "" : noise) +
            phase("on", "constant", "rest", ofPhase ? noise : ""),
        "30 steps"));
    RandomStream stream(seed, "schedule-noise");
    RC_ASSERT(rates.size() == 30u);
    for (size_t step = 0; step < rates.size(); ++step) {
      double shift = 2 * stream.uniform(step, ofPhase) - 1;
      RC_ASSERT(rates[step] == 1e-3 * std::fma(0.05, shift, 1));
    }
  }));
}

TEST(Batch, ScalesEveryRate) {
  auto rateFor = [](const std::string &keys) {
    return ratesOf(
        scheduleRecipe("[schedule]\npeak = 1e-3\n" + keys, "1 step"))[0];
  };
  // The batch is 32.
  EXPECT_EQ(rateFor("reference_batch = 64\n"), 5e-4);
  EXPECT_EQ(rateFor("reference_batch = 32\n"), 1e-3);
  EXPECT_EQ(rateFor("reference_batch = 128\nbatch_scaling = \"sqrt\"\n"), 5e-4);
}

/// Scale of axolotl's scheduler at a 0-based step.
static double jagged(int step, int every, int warmup, int anneal, double low) {
  int passed = step % every;
  double height = 1;
  if (step >= every && passed < warmup)
    height = double(passed) / warmup;
  else if (passed > every - anneal)
    height = double(every - passed) / anneal;
  return low + (1 - low) * height;
}

TEST(JaggedRestarts, AreAxolotls) {
  std::string inner = peak + phase("inner", "cosine", "rest",
                                   "inclusive = \"left\"\nto = \"10%\"\n");
  auto rates = ratesOf(scheduleRecipe(
      inner + phase("restarts", "jagged_restarts", "100%",
                    "inclusive = \"left\"\nevery = \"100 steps\"\n"
                    "warmup = \"20 steps\"\nanneal = \"5 steps\"\n"
                    "multiplier = \"restarts\"\n"),
      "450 steps"));
  auto smooth = ratesOf(scheduleRecipe(inner, "450 steps"));
  ASSERT_EQ(rates.size(), 450u);
  for (int step = 0; step < 450; ++step)
    EXPECT_NEAR(rates[step], smooth[step] * jagged(step, 100, 20, 5, 1e-3),
                1e-17)
        << step;
}

TEST(Chebyshev, HasTheFactorsOfPytorchOptimizer) {
  auto rates = ratesOf(
      scheduleRecipe("[schedule]\npeak = 1.0\n" +
                         phase("c", "chebyshev", "rest", "from = \"2000%\"\n"),
                     "8 steps"));
  ASSERT_EQ(rates.size(), 8u);
  int order[] = {0, 7, 3, 4, 1, 6, 2, 5};
  for (int step = 0; step < 8; ++step) {
    double angle = (order[step] + 0.5) * M_PI / 8;
    EXPECT_NEAR(rates[step] * (1.05 / 2 - 0.95 / 2 * std::cos(angle)), 1, 1e-14)
        << step;
  }
}

TEST(Chebyshev, HoldsEachOfACountForAnEqualPart) {
  auto few = ratesOf(scheduleRecipe(
      peak + phase("c", "chebyshev", "rest", "from = 3e-2\n"), "4 steps"));
  auto many = ratesOf(scheduleRecipe(
      peak + phase("c", "chebyshev", "rest", "from = 3e-2\ncount = 4\n"),
      "100 steps"));
  ASSERT_EQ(few.size(), 4u);
  for (int step = 0; step < 100; ++step)
    EXPECT_EQ(many[step], few[step / 25]) << step;
}
