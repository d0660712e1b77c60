//===- VectorsTest.cpp - schedules against DeepSpeed's own values ---------===//
//
// The range test to the bit; the warm-up family within 4e-16, or, where
// DeepSpeed's 1 + cos has lost digits, within 6 ulp of the true value; OneCycle
// within 1e-11, as its fractional part of 1 + k / T is no better.
//
//===----------------------------------------------------------------------===//

#include "test/unit/DeepSpeed/Schedule.h"
#include "test/unit/Scalar/Reference.h"

#include <cmath>
#include <fstream>

using namespace dsc;
using namespace dsc::test;

static Json readVectors() {
  std::ifstream file(VECTORS);
  return Json::parse(file);
}

static Setting settingOf(const Json &entry) {
  Setting setting;
  setting.type = entry["type"];
  setting.params = entry["params"];
  setting.optimizer = entry.value("optimizer", "Adam");
  setting.lr = entry["lr"].is_null() ? 1e-3 : entry["lr"].get<double>();
  if (entry.contains("betas"))
    setting.betas = entry["betas"].get<std::vector<double>>();
  setting.version = entry.value("version", "");
  return setting;
}

/// The fall of WarmupCosineLR in 200 bits; before 0.19.3 it rises again.
static Real exactCosine(const Setting &setting, int64_t k) {
  const Json &params = setting.params;
  int64_t total = params["total_num_steps"];
  int64_t warmup = std::max<int64_t>(2, params.value("warmup_num_steps", 1000));
  int64_t whole = std::max<int64_t>(1, total - warmup);
  int64_t passed = k - warmup;
  if (setting.version.empty())
    passed = std::min(passed, whole);
  Real pi, wave, floor(params.value("cos_min_ratio", 1e-4));
  mpfr_const_pi(pi.get(), MPFR_RNDN);
  Real angle = pi * Real(double(passed)) / Real(double(whole));
  mpfr_cos(wave.get(), angle.get(), MPFR_RNDN);
  Real share = floor + (Real(1) - floor) * (Real(1) + wave) / Real(2);
  return Real(setting.lr) * share;
}

static bool isClose(const Setting &setting, int64_t k, double found,
                    double wanted) {
  if (setting.type == "LRRangeTest")
    return std::memcmp(&found, &wanted, 8) == 0;
  if (setting.type == "OneCycle")
    return std::fabs(found - wanted) <= std::fabs(wanted) * 1e-11 + 1e-18;
  if (std::fabs(found - wanted) <= std::fabs(wanted) * 4e-16)
    return true;
  bool isFall = setting.type == "WarmupCosineLR" &&
                k > setting.params.value("warmup_num_steps", 1000);
  return isFall && ulpsApart(found, exactCosine(setting, k)) <= 6;
}

/// Where DeepSpeed goes on and dsc refuses.
static std::string refusalOf(const Setting &setting) {
  const Json &params = setting.params;
  if (params.value("warmup_min_lr", 0.0) > params.value("warmup_max_lr", 1e9))
    return "is above 'warmup_max_lr'";
  if (params.value("lr_range_test_step_rate", 1.0) < 0)
    return "is below 0 from step 71 on";
  return "";
}

static void compare(const Setting &setting, const Json &entry,
                    const Json &steps) {
  Schedule schedule(setting);
  ASSERT_TRUE(schedule) << schedule.said();
  bool cycles = entry.contains("beta1s");
  if (entry.contains("betas") || setting.optimizer == "SGD") {
    EXPECT_EQ(schedule.hasMomentum(), cycles);
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    int64_t k = steps[i];
    if (k >= setting.steps)
      continue;
    double wanted = entry["lrs"][i], found = schedule.lrAt(k);
    EXPECT_TRUE(isClose(setting, k, found, wanted))
        << "step " << k << ": " << found << ", expected " << wanted;
    if (cycles) {
      EXPECT_NEAR(schedule.momentumAt(k), entry["beta1s"][i].get<double>(),
                  1e-15)
          << "beta1 at step " << k;
    }
  }
}

TEST(Vectors, EveryStep) {
  Json vectors = readVectors();
  size_t refused = 0;
  for (const Json &entry : vectors["cases"]) {
    SCOPED_TRACE(entry["type"].get<std::string>() + " " +
                 entry["params"].dump());
    Setting setting = settingOf(entry);
    if (std::string refusal = refusalOf(setting); !refusal.empty()) {
      Schedule schedule(setting);
      EXPECT_FALSE(schedule);
      EXPECT_NE(schedule.said().find(refusal), std::string::npos)
          << schedule.said();
      ++refused;
      // As far as it can be run.
      setting.steps = 71;
      if (setting.type != "LRRangeTest")
        continue;
    }
    compare(setting, entry,
            entry.contains("steps") ? entry["steps"] : vectors["steps"]);
  }
  EXPECT_EQ(refused, 2u);
  EXPECT_EQ(vectors["cases"].size(), 55u);
}

/// A skipped update does not count: the schedule is of applied ones.
TEST(Vectors, SkippedAttempts) {
  Json vectors = readVectors();
  for (const Json &entry : vectors["skips"]) {
    Setting setting = settingOf(entry);
    Schedule schedule(setting);
    ASSERT_TRUE(schedule) << schedule.said();
    int64_t applied = 0;
    for (size_t attempt = 0; attempt < entry["lrs"].size(); ++attempt) {
      EXPECT_TRUE(isClose(setting, applied, schedule.lrAt(applied),
                          entry["lrs"][attempt]))
          << setting.type << ", attempt " << attempt;
      const Json &skipped = entry["skipped"];
      applied +=
          std::find(skipped.begin(), skipped.end(), attempt) == skipped.end();
    }
  }
}

/// scheduler.step(x) sets the learning rate of step x + 1.
TEST(Vectors, ExplicitSteps) {
  Json vectors = readVectors();
  for (const Json &entry : vectors["explicit"]) {
    Setting setting = settingOf(entry);
    Schedule schedule(setting);
    ASSERT_TRUE(schedule) << schedule.said();
    for (const Json &pair : entry["pairs"]) {
      int64_t k = pair[0].get<int64_t>() + 1;
      EXPECT_TRUE(isClose(setting, k, schedule.lrAt(k), pair[1]))
          << setting.type << ", step " << k;
    }
  }
}

/// What a constructor refuses is refused, and so is true for an integer.
TEST(Vectors, Errors) {
  Json vectors = readVectors();
  for (const Json &entry : vectors["errors"]) {
    Json params = entry["params"];
    bool hasNull = false, hasTrue = false;
    for (const auto &[key, value] : params.items()) {
      hasNull |= value.is_null();
      hasTrue |= value == true;
    }
    // TOML has no null; dsc import refuses it.
    if (hasNull)
      continue;
    Setting setting;
    setting.type = entry["type"];
    setting.params = params;
    Schedule schedule(setting);
    EXPECT_FALSE(schedule) << setting.type << " " << params.dump();
    EXPECT_NE(schedule.said().find("error"), std::string::npos);
    EXPECT_EQ(entry["raises"].is_null(), hasTrue);
  }
}
