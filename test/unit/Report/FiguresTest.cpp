//===- FiguresTest.cpp - means, phases, axes, and runs on disk ------------===//

#include "runtime/Report/Figures.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>

using namespace dsc;

static RunSeries ramp(int64_t steps) {
  RunSeries run;
  run.phases = {{"up", "linear", 0}, {"down", "cosine", steps / 2}};
  for (int64_t step = 0; step < steps; ++step)
    run.steps.push_back({step, double(step), 0.1 * double(step), 1, step * 10,
                         double(step + 1), step >= steps / 2 ? 1u : 0u});
  return run;
}

TEST(Figures, LossesAreMeansOfNeighbours) {
  ChartCurve curve = lossCurve(ramp(100), 10);
  ASSERT_EQ(curve.y.size(), 10u);
  EXPECT_DOUBLE_EQ(curve.y.front(), 4.5);
  EXPECT_DOUBLE_EQ(curve.x.back(), 94.5);
  RunSeries holes = ramp(4);
  holes.steps[1].loss = NAN;
  curve = lossCurve(holes, 2);
  EXPECT_EQ(curve.y, (std::vector<double>{0, 2.5}));
}

TEST(Figures, RatesKeepTheEndsOfPhases) {
  ChartCurve curve = lrCurve(ramp(1000), 3);
  for (double x : {0.0, 499.0, 500.0, 999.0})
    EXPECT_NE(std::find(curve.x.begin(), curve.x.end(), x), curve.x.end()) << x;
}

TEST(Figures, PhasesHaveTheirOwnEnds) {
  auto phases = phaseFigures(ramp(100));
  ASSERT_EQ(phases.size(), 2u);
  EXPECT_EQ(phases[1].name, "down");
  EXPECT_EQ(phases[1].begin, 50);
  EXPECT_EQ(phases[1].end, 100);
  EXPECT_DOUBLE_EQ(phases[1].firstLr, 5);
  EXPECT_DOUBLE_EQ(phases[1].firstLoss, 52);
  EXPECT_DOUBLE_EQ(phases[1].lastLoss, 97);
}

TEST(Figures, OfARun) {
  RunSeries run = ramp(100);
  run.evaluations["words"] = {{0, 9}, {50, 3}, {100, 4}};
  RunFigures figures = runFigures(run);
  EXPECT_EQ(figures.steps, 100);
  EXPECT_EQ(figures.bestAt, 50);
  EXPECT_DOUBLE_EQ(figures.bestEvaluation, 3);
  EXPECT_DOUBLE_EQ(figures.tokensPerSecond, 9.9);
  EXPECT_EQ(runFigures({}).steps, 0);
}

TEST(Figures, AxesSuitTheirCurves) {
  auto axis = [](std::vector<double> y) {
    return axisFor({ChartCurve{std::vector<double>(y.size()), y}});
  };
  EXPECT_TRUE(axis({1e-4, 1}).log);
  EXPECT_FALSE(axis({0, 1}).log);
  EXPECT_EQ(axis({0.1, 1}).low, 0);
  EXPECT_EQ(axis({2, 5}).low, 2);
  EXPECT_LT(axis({3, 3}).low, axis({3, 3}).high);
  EXPECT_LT(axis({0, 0}).low, axis({0, 0}).high);
  EXPECT_LT(axis({NAN}).low, axis({NAN}).high);
}

TEST(Figures, RatesFarApartAreLogarithmic) {
  auto flat = [](double lr) { return ChartCurve{{0, 1}, {0, lr}}; };
  EXPECT_FALSE(rateAxisFor({flat(1), flat(0.1)}).log);
  EXPECT_EQ(rateAxisFor({flat(1), flat(0.1)}).low, 0);
  EXPECT_TRUE(rateAxisFor({flat(1), flat(0.01)}).log);
  EXPECT_GT(rateAxisFor({flat(0)}).high, 0);
  EXPECT_GT(rateAxisFor({}).high, 0);
}

//===----------------------------------------------------------------------===//
// Runs on disk
//===----------------------------------------------------------------------===//

namespace {

class RunFiles : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "dsc-report-XXXXXX";
    folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { removeTree(folder); }

  void write(const std::string &name, const std::string &text) {
    OutputFile(folder + "/" + name, OutputFile::Mode::create).write(text);
  }

  std::string folder;
};

constexpr char kStep[] =
    R"({"event":"step","step":7,"loss":null,"lr":0.5,"phase":"up",)"
    R"("grad_norm":2,"tokens":10,"time":{"unix":1,"elapsed":3}})"
    "\n";

} // namespace

TEST_F(RunFiles, ALineStillBeingWrittenIsLeftOut) {
  write("events.jsonl", std::string(kStep) + "{\"event\":\"st");
  RunSeries run = readRun(folder);
  ASSERT_EQ(run.steps.size(), 1u);
  EXPECT_TRUE(std::isnan(run.steps[0].loss));
  EXPECT_EQ(run.phases.at(0).name, "up");
  EXPECT_EQ(run.ending, "");
}

TEST_F(RunFiles, ADamagedLineIsNamed) {
  for (std::string line : {"nonsense\n", "{}\n", "[]\n", "{\"event\":3}\n",
                           "{\"event\":\"step\"}\n"}) {
    write("events.jsonl", kStep + line);
    try {
      readRun(folder);
      FAIL() << line;
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), Exit::refused);
      EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos);
    }
  }
}

TEST_F(RunFiles, TheClipIsTheOptimizers) {
  write("events.jsonl", kStep);
  write("recipe.toml", "[model]\nclip_norm = 3\n\n[optimizer]\nkind = \"sgd\"\n"
                       "clip_norm = 0.25    # default\n");
  EXPECT_EQ(readRun(folder).clipNorm, 0.25);
  write("recipe.toml", "[optimizer]\nkind = \"sgd\"\n");
  EXPECT_FALSE(readRun(folder).clipNorm);
}

TEST_F(RunFiles, AnEmptyDirectoryIsNoRun) {
  EXPECT_THROW(readRun(folder), Error);
}
