//===- FormulaTest.cpp - kind = "expr" ------------------------------------===//

#include "Curves.h"

#include <rapidcheck.h>

#include <cmath>

using namespace dsc;

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
