//===- Report.cpp - a range test in words ---------------------------------===//

#include "runtime/RangeTest/Report.h"

#include <fmt/format.h>
#include <functional>

using namespace dsc;

const char *dsc::nameOf(RangeVerdict verdict) {
  switch (verdict) {
  case RangeVerdict::wideEnough:
    return "wide enough";
  case RangeVerdict::tooFewPoints:
    return "too few points";
  case RangeVerdict::startsTooHigh:
    return "starts too high";
  case RangeVerdict::endsTooLow:
    return "ends too low";
  }
  return "";
}

const char *dsc::remedyOf(RangeVerdict verdict) {
  switch (verdict) {
  case RangeVerdict::wideEnough:
    return "";
  case RangeVerdict::tooFewPoints:
    return "it ended before anything could be read from it: start lower, or "
           "take more steps";
  case RangeVerdict::startsTooHigh:
    return "the loss never fell: start lower, or take more steps";
  case RangeVerdict::endsTooLow:
    return "the loss never rose for good: end higher";
  }
  return "";
}

std::string dsc::showRate(double lr) { return fmt::format("{:.3g}", lr); }

namespace {

using Value = std::function<double(const RangeAnalysis &)>;

/// Tests from which something could be read, as rows of a table.
class Table {
public:
  explicit Table(const std::vector<RangeAnalysis> &tests) {
    for (const RangeAnalysis &test : tests)
      if (test.verdict != RangeVerdict::tooFewPoints)
        readable.push_back(&test);
  }

  bool empty() const { return readable.empty(); }

  RangeSpread of(const Value &value) const {
    std::vector<double> values;
    for (const RangeAnalysis *test : readable)
      values.push_back(value(*test));
    return spreadOf(values);
  }

  void add(const char *what, const Value &value) {
    RangeSpread spread = of(value);
    std::string line =
        fmt::format("  {:<22} {:>9}", what, showRate(spread.median));
    if (readable.size() > 1)
      line += fmt::format("   {} to {}", showRate(spread.low),
                          showRate(spread.high));
    lines.push_back(line);
  }

  std::vector<std::string> lines;

private:
  std::vector<const RangeAnalysis *> readable;
};

} // namespace

static void addVerdicts(const std::vector<RangeAnalysis> &tests,
                        std::vector<std::string> &lines) {
  for (RangeVerdict verdict :
       {RangeVerdict::wideEnough, RangeVerdict::tooFewPoints,
        RangeVerdict::startsTooHigh, RangeVerdict::endsTooLow}) {
    size_t count = 0;
    for (const RangeAnalysis &test : tests)
      count += test.verdict == verdict;
    if (!count)
      continue;
    std::string line = fmt::format("  the range: {}", nameOf(verdict));
    if (tests.size() > 1)
      line += fmt::format(" in {} of {} tests", count, tests.size());
    if (*remedyOf(verdict))
      line += fmt::format("; {}", remedyOf(verdict));
    lines.push_back(line);
  }
}

std::vector<std::string>
dsc::describeRangeTests(const std::vector<RangeAnalysis> &tests) {
  Table table(tests);
  if (!table.empty()) {
    table.add("best smoothed loss", [](auto &test) { return test.best.lr; });
    table.add("onset of divergence", [](auto &test) { return test.onset.lr; });
    table.add("valley", [](auto &test) { return test.valley.lr; });
    table.add("steep", [](auto &test) { return test.steep.lr; });
    table.add("slide", [](auto &test) { return test.slide.lr; });
    table.add("minimum / 10", [](auto &test) { return test.minimumTenth; });
    table.add("rule: cycle_min", [](auto &test) { return test.cycleMin; });
    table.add("rule: cycle_max", [](auto &test) { return test.cycleMax; });
    double spread = table.of([](auto &test) { return test.spread; }).median;
    table.lines.push_back(fmt::format(
        "  valley, steep and minimum / 10 lie a factor {:.2g} apart{}", spread,
        spread > kWidestSpread ? ", too far to propose a rate" : ""));
  }
  addVerdicts(tests, table.lines);
  for (const RangeAnalysis &test : tests)
    if (test.fellBack && tests.size() == 1)
      table.lines.push_back("  the loss rose at once: the rule falls back on "
                            "the LR at the best loss");
  return table.lines;
}

std::string
dsc::describeProposal(const std::optional<RangeProposal> &proposal) {
  if (!proposal)
    return "proposed: nothing";
  return fmt::format("proposed: peak = {}, with a floor of {}",
                     showRate(proposal->peak), showRate(proposal->floor));
}
