//===- Output.cpp - the findings of dsc lr-find as JSON -------------------===//

#include "compiler/Driver/LrFind/LrFind.h"
#include "runtime/RangeTest/Report.h"

#include <cmath>
#include <nlohmann/json.hpp>

using namespace dsc;
using Json = nlohmann::ordered_json;

/// JSON knows no NaN.
static Json numbersOf(const std::vector<double> &values) {
  Json list = Json::array();
  for (double value : values)
    list.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
  return list;
}

static Json proposalJson(const std::optional<RangeProposal> &proposal) {
  if (!proposal)
    return nullptr;
  return {{"peak", proposal->peak}, {"floor", proposal->floor}};
}

static Json markJson(const RangeMark &mark) {
  return {{"index", mark.index}, {"lr", mark.lr}};
}

static Json testJson(const RangeTest &test) {
  const RangeAnalysis &found = test.analysis;
  Json json = {{"seed", test.seed},
               {"points", found.smoothed.size()},
               {"ignored", found.ignored},
               {"stopped_early", found.diverged},
               {"verdict", nameOf(found.verdict)}};
  if (found.verdict != RangeVerdict::tooFewPoints)
    json.update({{"sigma", found.sigma},
                 {"margin", found.margin},
                 {"best", markJson(found.best)},
                 {"onset", markJson(found.onset)},
                 {"suggestions",
                  {{"valley", found.valley.lr},
                   {"steep", found.steep.lr},
                   {"slide", found.slide.lr},
                   {"minimum_tenth", found.minimumTenth},
                   {"spread", found.spread}}},
                 {"rule",
                  {{"cycle_min", found.cycleMin},
                   {"cycle_max", found.cycleMax},
                   {"fell_back", found.fellBack}}}});
  json["proposal"] = proposalJson(found.proposal);
  json["lr"] = numbersOf(test.series.lr);
  json["loss"] = numbersOf(test.series.loss);
  json["smoothed"] = numbersOf(found.smoothed);
  json["smoothed_lr"] = numbersOf(found.lr);
  return json;
}

std::string dsc::writeFindingsJson(const LrFindRequest &request,
                                   const RangeFindings &findings) {
  Json tests = Json::array();
  for (const RangeTest &test : findings.tests)
    tests.push_back(testJson(test));
  Json json = {
      {"name", findings.name},    {"ramp", request.ramp},
      {"from", request.from},     {"to", request.to},
      {"steps", request.steps},   {"proposal", proposalJson(findings.proposal)},
      {"tests", std::move(tests)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}
