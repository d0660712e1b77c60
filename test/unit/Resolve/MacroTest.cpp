//===- MacroTest.cpp - kinds that stand for several phases ----------------===//

#include "Curves.h"

using namespace dsc;

TEST(Macro, OneCycleIsItsPhases) {
  for (std::string shape : {"linear", "cosine"}) {
    std::string byHand =
        peak +
        phase("up", shape, "300 steps",
              "from = \"4%\"\ninclusive = \"both\"\n"
              "momentum = { from = 0.95, to = 0.85 }\n") +
        phase("down", shape, "500 steps",
              "to = \"4%\"\nmomentum = { from = 0.85, to = 0.95 }\n") +
        phase("tail", shape, "rest", "to = \"0.0004%\"\n");
    std::string macro = peak +
                        "[[schedule.phase]]\nkind = \"one_cycle\"\n"
                        "tail = \"20%\"\nshape = \"" +
                        shape + "\"\nmomentum = { from = 0.95, to = 0.85 }\n";
    EXPECT_EQ(curveOf(scheduleRecipe(macro)), curveOf(scheduleRecipe(byHand)));
  }
}

TEST(Macro, OneCycleHasTheStepsOfPyTorch) {
  // OneCycleLR(max_lr=1, total_steps=10): initial 1/25, up over 3 steps, final
  // 1/25/1e4.
  auto rates = ratesOf(scheduleRecipe(
      "[schedule]\npeak = 1.0\n[[schedule.phase]]\nkind = \"one_cycle\"\n",
      "10 steps"));
  auto between = [](double from, double to, double x) {
    return to + (from - to) / 2 * (1 + std::cos(M_PI * x));
  };
  std::vector<double> expected;
  for (int step = 0; step < 10; ++step)
    expected.push_back(step <= 2 ? between(0.04, 1, step / 2.0)
                                 : between(1, 0.04 / 1e4, (step - 2) / 7.0));
  ASSERT_EQ(rates.size(), 10u);
  for (int step = 0; step < 10; ++step)
    EXPECT_NEAR(rates[step], expected[step], 1e-15) << step;
}

TEST(Macro, AnInverseTailEndsAtItsEnd) {
  auto rates = ratesOf(scheduleRecipe(
      "[schedule]\npeak = 1.0\n[[schedule.phase]]\nkind = \"one_cycle\"\n"
      "length = \"100 steps\"\ntail = \"50%\"\ntail_shape = \"inverse\"\n"
      "from = 0.1\nto = 0.01\n",
      "100 steps"));
  for (int step = 50; step < 100; ++step)
    EXPECT_NEAR(rates[step], 0.1 / (1 + 9 * (step - 49) / 50.0), 1e-16) << step;
}

TEST(Macro, WarmupOneCycleAndTrapezoidAreTheirPhases) {
  EXPECT_EQ(
      ratesOf(scheduleRecipe(
          peak +
          "[[schedule.phase]]\nkind = \"warmup_one_cycle\"\n"
          "warmup = \"100 steps\"\nwarmup_kind = \"log\"\n"
          "length = \"600 steps\"\nrise = \"50%\"\n"
          "bottom = \"20%\"\nto = \"20%\"\nshape = \"linear\"\n"
          "inclusive = \"right\"\n" +
          phase("decay", "exponential", "rest", "to = \"1%\"\n"))),
      ratesOf(scheduleRecipe(
          peak + phase("w", "log", "100 steps", "from = 0.0\nto = \"20%\"\n") +
          phase("u", "linear", "300 steps") +
          phase("d", "linear", "300 steps", "to = \"20%\"\n") +
          phase("decay", "exponential", "rest", "to = \"1%\"\n"))));
  EXPECT_EQ(ratesOf(scheduleRecipe(
                peak +
                "[[schedule.phase]]\nkind = \"trapezoid\"\n"
                "cooldown_kind = \"one_minus_sqrt\"\nwarmup = \"50 steps\"\n")),
            ratesOf(scheduleRecipe(
                peak + phase("w", "linear", "50 steps", "from = 0.0\n") +
                phase("h", "constant", "rest") +
                phase("c", "one_minus_sqrt", "20%", "to = \"1%\"\n"))));
}

TEST(Macro, SharesTheRestWithOtherPhases) {
  EXPECT_EQ(ratesOf(scheduleRecipe(
                peak + phase("w", "linear", "100 steps", "from = 0.0\n") +
                phase("a", "linear", "30% of rest", "to = \"50%\"\n") +
                phase("b", "cosine", "rest", "to = \"1%\"\n"))),
            ratesOf(scheduleRecipe(
                peak + phase("w", "linear", "100 steps", "from = 0.0\n") +
                phase("a", "linear", "270 steps", "to = \"50%\"\n") +
                phase("b", "cosine", "630 steps", "to = \"1%\"\n"))));
}

TEST(Macro, RepeatsAsAWhole) {
  auto rates = ratesOf(scheduleRecipe(
      "[schedule]\npeak = 1.0\n[[schedule.phase]]\nname = \"wave\"\n"
      "kind = \"one_cycle\"\nlength = \"10 steps\"\n"
      "[[schedule.repeat]]\nname = \"r\"\nphases = [\"wave\"]\n",
      "100 steps"));
  for (size_t step = 0; step < rates.size(); ++step)
    EXPECT_EQ(rates[step], rates[step % 10]);
}

TEST(Macro, GivesItsModifiersToItsPhases) {
  std::string modifiers = "stairs = 5\nstair_rounding = \"round\"\n"
                          "noise = \"10%\"\nnoise_seed = 7\n"
                          "min = \"2%\"\nmax = \"90%\"\n";
  EXPECT_EQ(
      ratesOf(scheduleRecipe(
          peak + "[[schedule.phase]]\nkind = \"trapezoid\"\n" + modifiers)),
      ratesOf(scheduleRecipe(
          peak + phase("w", "linear", "5%", "from = 0.0\n" + modifiers) +
          phase("h", "constant", "rest", modifiers) +
          phase("c", "linear", "20%", "to = \"1%\"\n" + modifiers))));
}

TEST(Macro, MultipliesAsAWhole) {
  std::string factor = "[[schedule.phase]]\nkind = \"one_cycle\"\n"
                       "multiplier = \"wave\"\n";
  auto scaled =
      ratesOf(scheduleRecipe(peak + phase("h", "constant", "rest") + factor));
  auto wave = ratesOf(scheduleRecipe(
      "[schedule]\npeak = 1.0\n[[schedule.phase]]\nkind = \"one_cycle\"\n"));
  ASSERT_EQ(scaled.size(), wave.size());
  for (size_t step = 0; step < wave.size(); ++step)
    EXPECT_EQ(scaled[step], 3e-3 * wave[step]) << step;
}
