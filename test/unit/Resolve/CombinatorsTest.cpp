//===- CombinatorsTest.cpp - repetition, factors, macros, modifiers -------===//
//
// What a combinator promises is said by another recipe: a repetition is its
// phases written out, a macro the phases that it stands for.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "compiler/Target/Evaluator.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "runtime/Base/Random.h"

#include <rapidcheck.h>

#include <cmath>

using namespace dsc;

namespace {

/// All tracks at every step, or none after a message.
std::vector<std::vector<double>> curveOf(const std::string &text) {
  Recipe recipe(text);
  if (!recipe.resolve(true)) {
    ADD_FAILURE() << recipe.said() << text;
    return {};
  }
  mlir::OwningOpRef<mlir::ModuleOp> scratch =
      mlir::ModuleOp::create(recipe.get().getLoc());
  auto function = lowerRecipeSchedule(recipe.get(), *scratch);
  auto evaluator = Evaluator::create(*function);
  std::vector<std::vector<double>> curve;
  int64_t steps = integer(recipe.table<TrainOp>(), "steps");
  for (int64_t step = 0; step < steps; ++step) {
    curve.emplace_back(evaluator->getNumResults());
    evaluator->evaluate(step, curve.back());
  }
  return curve;
}

std::vector<double> ratesOf(const std::string &text) {
  std::vector<double> rates;
  for (const std::vector<double> &values : curveOf(text))
    rates.push_back(values.front());
  return rates;
}

std::string phase(const std::string &name, const std::string &kind,
                  const std::string &length, const std::string &keys = "") {
  return "[[schedule.phase]]\nname = \"" + name + "\"\nkind = \"" + kind +
         "\"\nlength = \"" + length + "\"\n" + keys;
}

const std::string peak = "[schedule]\npeak = 3e-3\n";

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

//===----------------------------------------------------------------------===//
// Repetition
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Factors, bounds, stairs, noise, the batch
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Macros
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

TEST(Formula, IsTheKindThatItSays) {
  auto formula = [](const std::string &text, const std::string &keys) {
    return ratesOf(scheduleRecipe(
        "[schedule]\npeak = 1.0\n" +
            phase("f", "expr", "rest", "formula = \"" + text + "\"\n" + keys),
        "100 steps"));
  };
  auto expect = [&](const std::string &text, const std::string &keys,
                    auto truth) {
    auto rates = formula(text, keys);
    ASSERT_EQ(rates.size(), 100u) << text;
    for (int step = 0; step < 100; ++step)
      EXPECT_NEAR(rates[step], truth((step + 1) / 100.0, step), 1e-15)
          << text << ", step " << step;
  };
  expect("floor + (peak - floor) * (1 - t) ^ 2", "to = 0.1\n",
         [](double t, int) { return 0.1 + 0.9 * (1 - t) * (1 - t); });
  expect("start * 2^-(3 * t)", "from = 0.5\n",
         [](double t, int) { return 0.5 * std::exp2(-3 * t); });
  expect("where(k < n / 2, peak, floor)", "to = 0.25\n",
         [](double, int k) { return k < 50 ? 1.0 : 0.25; });
  expect("step(0.5, t) + floor(k / 10) / 10", "",
         [](double t, int k) { return (t < 0.5 ? 0 : 1) + (k / 10) / 10.0; });
  expect("clamp(min(t, 0.5, 1 - t), 0.1, 0.4) + max(0, -t)", "",
         [](double t, int) {
           return std::clamp(std::min({t, 0.5, 1 - t}), 0.1, 0.4);
         });
  expect("(1 + cospi(t)) / 2 + sinpi(t)^2 + abs((-2)^3) / 8 - 1", "",
         [](double t, int) {
           double wave = std::sin(M_PI * t);
           return (1 + std::cos(M_PI * t)) / 2 + wave * wave;
         });
  expect("exp(-t) * log(1 + k) / sqrt(n) * pow(t, 0.5) + 0 * pi", "",
         [](double t, int k) {
           return std::exp(-t) * std::log(1 + k) / 10 * std::sqrt(t);
         });
  expect("-t^2 + 2 - 2^1^2 + -(-(t))", "",
         [](double t, int) { return -(t * t) + t; });
}

TEST(Formula, TheNextPhaseGoesOnFromItsEnd) {
  auto rates = ratesOf(scheduleRecipe(
      "[schedule]\npeak = 1.0\n" +
          phase("f", "expr", "50 steps", "formula = \"peak / (1 + k / n)\"\n") +
          phase("on", "constant", "rest"),
      "100 steps"));
  EXPECT_EQ(rates[60], 0.5);
}

TEST(FormulaProperty, NothingThatIsWrittenCrashes) {
  EXPECT_TRUE(rc::check("any text of a formula's characters", [] {
    auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("tknpi0123456789.e+-*/^(),<>=! ")));
    RC_PRE(!text.empty());
    Recipe recipe(scheduleRecipe(
        "[schedule]\npeak = 1.0\n" +
            phase("f", "expr", "rest", "formula = \"" + text + "\"\n"),
        "50 steps"));
    bool ok = recipe.resolve(true);
    RC_ASSERT(ok || recipe.count("formula") + recipe.count("learning rate"));
  }));
}
