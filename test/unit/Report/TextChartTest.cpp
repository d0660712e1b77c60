//===- TextChartTest.cpp - curves in braille and letters ------------------===//

#include "runtime/Base/TextChart.h"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

using namespace dsc;

static std::vector<std::string> linesOf(const TextChart &chart) {
  std::istringstream text(drawChart(chart));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);)
    lines.push_back(line);
  return lines;
}

static TextChart twoLevels() {
  TextChart chart;
  chart.columns = 40;
  chart.rows = 4;
  chart.right = 10;
  chart.curves = {{{0, 10}, {1, 1}}, {{0, 10}, {0, 0}}};
  return chart;
}

TEST(TextChart, LettersTellCurvesApart) {
  auto lines = linesOf(twoLevels());
  EXPECT_EQ(lines[0], "         1 │" + std::string(28, 'a'));
  EXPECT_EQ(lines[3], "         0 │" + std::string(28, 'b'));
}

TEST(TextChart, ColoursDoSoOnATerminal) {
  TextChart chart = twoLevels();
  chart.color = true;
  EXPECT_NE(drawChart(chart).find("\033[36m⠉\033[0m"), std::string::npos);
  EXPECT_NE(drawChart(chart).find("\033[33m⣀\033[0m"), std::string::npos);
}

TEST(TextChart, OneCurveIsInDots) {
  TextChart chart = twoLevels();
  chart.curves.resize(1);
  EXPECT_NE(linesOf(chart)[0].find("⠉⠉⠉"), std::string::npos);
}

TEST(TextChart, AGapStaysEmpty) {
  TextChart chart = twoLevels();
  chart.curves = {{{0, 4, 5, 6, 10}, {1, 1, NAN, 1, 1}}, {}};
  EXPECT_EQ(linesOf(chart)[0], "         1 │" + std::string(12, 'a') +
                                   std::string(4, ' ') + std::string(12, 'a'));
}

TEST(TextChart, NamesThatDoNotFitGoBelow) {
  TextChart chart = twoLevels();
  chart.spans = {{"warmup", 0, 1}, {"anneal", 1, 9}, {"cool", 9, 10}};
  auto lines = linesOf(chart);
  EXPECT_EQ(lines[5], "            |warmup                  |co");
  EXPECT_EQ(lines[6], "              |anneal");
}

TEST(TextChart, LogarithmicHalvesByFactors) {
  TextChart chart = twoLevels();
  chart.rows = 3;
  chart.log = true;
  chart.low = 1e-4;
  chart.curves = {{{0, 10}, {1, 1e-4}}};
  EXPECT_EQ(linesOf(chart)[1].substr(0, 11), "      0.01 ");
}
