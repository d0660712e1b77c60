//===- ExactTest.cpp - DeepSpeed's curves against MPFR --------------------===//
//
// The design's promise holds for these schedules too: at most 4 ulp in f64, 6
// for the cosine, also where values are small and runs are long.
//
//===----------------------------------------------------------------------===//

#include "test/unit/DeepSpeed/Schedule.h"
#include "test/unit/Scalar/Reference.h"

using namespace dsc;
using namespace dsc::test;

static Real real(int64_t value) { return Real(static_cast<double>(value)); }

static Real logOf(int64_t value) {
  Real r;
  mpfr_log(r.get(), real(value).get(), MPFR_RNDN);
  return r;
}

static Real mixed(double low, double high, const Real &share) {
  return Real(low) * (Real(1) - share) + Real(high) * share;
}

/// Steps near the ends of [1, last], and some between.
static std::vector<int64_t> stepsUpTo(int64_t last) {
  std::vector<int64_t> steps;
  for (int64_t i = 1; i <= std::min<int64_t>(40, last); ++i) {
    steps.push_back(i);
    steps.push_back(last + 1 - i);
  }
  Points points(7);
  for (int i = 0; i < 2000; ++i)
    steps.push_back(1 + int64_t(points.bits() % uint64_t(last)));
  return steps;
}

TEST(Exact, WarmupAndDecay) {
  for (const char *type : {"log", "linear"})
    for (int64_t warmup : {2, 10, 1000, 400'000'000}) {
      int64_t total = 5 * warmup / 2 + 1;
      double low = 1e-9, high = 3e-4;
      Schedule schedule({"WarmupDecayLR",
                         {{"warmup_min_lr", low},
                          {"warmup_max_lr", high},
                          {"warmup_num_steps", warmup},
                          {"warmup_type", type},
                          {"total_num_steps", total}},
                         "Adam",
                         1e-3,
                         {0.9, 0.999},
                         "",
                         total + 2});
      ASSERT_TRUE(schedule) << schedule.said();
      bool isLog = type == std::string("log");
      double worst = 0;
      for (int64_t k : stepsUpTo(warmup)) {
        Real share =
            isLog ? logOf(k) / logOf(warmup) : real(k - 1) / real(warmup);
        worst = std::max(worst,
                         ulpsApart(schedule.lrAt(k), mixed(low, high, share)));
      }
      for (int64_t m : stepsUpTo(total - warmup)) {
        Real share = real(m) / real(total - warmup);
        worst = std::max(worst, ulpsApart(schedule.lrAt(total - m + 1),
                                          mixed(low, high, share)));
      }
      EXPECT_LE(worst, 4) << type << " " << warmup;
    }
}

TEST(Exact, Cosine) {
  for (double floor : {0.0, 1e-6, 0.1})
    for (int64_t total : {30, 2000, 1'000'000'000}) {
      int64_t warmup = total / 3;
      Schedule schedule({"WarmupCosineLR",
                         {{"warmup_num_steps", warmup},
                          {"cos_min_ratio", floor},
                          {"total_num_steps", total}},
                         "Adam",
                         3e-4,
                         {0.9, 0.999},
                         "",
                         total});
      ASSERT_TRUE(schedule) << schedule.said();
      Real pi;
      mpfr_const_pi(pi.get(), MPFR_RNDN);
      double worst = 0;
      for (int64_t m : stepsUpTo(total - warmup)) {
        Real half = pi * real(m) / real(2 * (total - warmup)), cosine;
        mpfr_cos(cosine.get(), half.get(), MPFR_RNDN);
        Real share = cosine * cosine;
        // cos(pi / 2) is not 0 in 200 bits, but it is in truth.
        if (m == total - warmup)
          share = Real(0);
        worst = std::max(worst, ulpsApart(schedule.lrAt(warmup + m),
                                          Real(3e-4) * mixed(floor, 1, share)));
      }
      EXPECT_LE(worst, 6) << floor << " " << total;
    }
}

TEST(Exact, CycleAndTail) {
  double low = 1e-7, high = 1e-2;
  int64_t first = 30'000'001, second = 77;
  Schedule schedule({"OneCycle",
                     {{"cycle_min_lr", low},
                      {"cycle_max_lr", high},
                      {"cycle_first_step_size", first},
                      {"cycle_second_step_size", second},
                      {"decay_lr_rate", 0.3},
                      {"decay_step_size", 7}},
                     "Adam",
                     1e-3,
                     {0.9, 0.999},
                     "",
                     100'000'000});
  ASSERT_TRUE(schedule) << schedule.said();
  double worst = 0;
  for (int64_t k : stepsUpTo(first))
    worst = std::max(worst, ulpsApart(schedule.lrAt(k),
                                      mixed(low, high, real(k) / real(first))));
  int64_t total = first + second;
  for (int64_t m : stepsUpTo(second))
    worst =
        std::max(worst, ulpsApart(schedule.lrAt(total - m),
                                  mixed(low, high, real(m) / real(second))));
  for (int64_t m : stepsUpTo(60'000'000))
    worst = std::max(
        worst,
        ulpsApart(schedule.lrAt(total + m),
                  Real(low) / (Real(1) + Real(0.3) * real(m) / real(7))));
  EXPECT_LE(worst, 4);
}

/// Five keys that guides show run as they stand.
TEST(WarmupOneCycle, TheExampleOfTheGuides) {
  Schedule schedule({"WarmupOneCycle",
                     {{"warmup_min_lr", 0.0001},
                      {"warmup_max_lr", 0.001},
                      {"cycle_min_lr", 0.0005},
                      {"cycle_max_lr", 0.005},
                      {"decay_lr_rate", 0.1}},
                     "Adam",
                     1e-3,
                     {0.9, 0.999},
                     "",
                     9000});
  ASSERT_TRUE(schedule) << schedule.said();
  EXPECT_NE(schedule.said().find("the learning rate jumps at step 1001"),
            std::string::npos);
  Schedule warmup(
      {"WarmupLR", {{"warmup_min_lr", 0.0001}, {"warmup_max_lr", 0.001}}});
  Schedule cycle({"OneCycle",
                  {{"cycle_min_lr", 0.0005},
                   {"cycle_max_lr", 0.005},
                   {"decay_lr_rate", 0.1},
                   {"decay_step_size", 2000}}});
  ASSERT_TRUE(warmup && cycle);
  for (int64_t k = 0; k <= 1000; ++k) {
    EXPECT_EQ(schedule.lrAt(k), warmup.lrAt(k));
    EXPECT_EQ(schedule.momentumAt(k), 0.9);
  }
  for (int64_t k = 0; k < 7999; ++k)
    EXPECT_EQ(schedule.lrAt(1001 + k), cycle.lrAt(k));
  // Only DeepSpeed's constructor begins at the wrong end.
  EXPECT_EQ(cycle.momentumAt(0), 0.8);
  EXPECT_EQ(schedule.momentumAt(1001), 0.9);
  for (int64_t k = 1; k < 7999; ++k)
    EXPECT_EQ(schedule.momentumAt(1001 + k), cycle.momentumAt(k));
}
