//===- Watch.cpp - a metric, and how long it may be no better -------------===//

#include "compiler/Transforms/Resolve/Watch.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "runtime/Base/Limits.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

WatchReader::WatchReader(RecipeOp recipe, Report &report, bool scheduleOnly)
    : recipe(recipe), report(report), meter(recipe, report),
      scheduleOnly(scheduleOnly) {
  if (auto train = findTable<TrainOp>(recipe); train && train.getSteps())
    meter.setTotal(*train.getSteps());
}

/// "until.patience".
static std::string memberName(StringRef key, StringRef member) {
  return (key + "." + member).str();
}

//===----------------------------------------------------------------------===//
// Metrics
//===----------------------------------------------------------------------===//

static EvalOp findEvaluation(RecipeOp recipe, StringRef metric) {
  for (auto eval : listTables<EvalOp>(recipe))
    if (metric == ("eval/" + getName(eval) + "/loss").str())
      return eval;
  return {};
}

bool WatchReader::checkMetric(Operation *table, StringRef key,
                              StringRef metric) {
  std::vector<std::string> known = {"loss", "loss_ema", "grad_norm"};
  auto evaluations = listTables<EvalOp>(recipe);
  for (EvalOp eval : evaluations)
    known.push_back(("eval/" + getName(eval) + "/loss").str());
  if (llvm::is_contained(known, metric))
    return true;
  // A recipe of which only the schedule is looked at may lack its evaluations.
  if (scheduleOnly && evaluations.empty() && metric.starts_with("eval/") &&
      metric.ends_with("/loss"))
    return true;
  SmallVector<StringRef> names(known.begin(), known.end());
  std::string near = nearestName(metric, names);
  report.error(table, key,
               "unknown metric " + quoteName(metric) + " in '" + key +
                   "', expected one of " + llvm::join(known, ", "),
               near.empty() ? "" : "did you mean \"" + near + "\"?");
  return false;
}

bool WatchReader::checkBetween(Operation *table, StringRef key,
                               DictionaryAttr value, StringRef member,
                               double low, double high, StringRef expected) {
  double number = value.getAs<FloatAttr>(member).getValueAsDouble();
  if (number > low && number < high)
    return true;
  report.error(table, key,
               "'" + memberName(key, member) + "' is " + formatNumber(number) +
                   ", expected " + expected);
  return false;
}

bool WatchReader::resolve(Operation *table, StringRef key, DictionaryAttr value,
                          Members &members) {
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  if (!checkMetric(table, key, metric))
    return false;
  bool relative = value.getAs<StringAttr>("threshold_mode").getValue() == "rel";
  if (!checkBetween(table, key, value, "threshold", -1, relative ? 1 : 1e30,
                    relative ? "a share below 1 where threshold_mode is \"rel\""
                             : "a number of 0 or more"))
    return false;
  for (StringRef name : {"metric", "mode", "threshold_mode", "threshold"})
    members.push_back(NamedAttribute(StringAttr::get(table->getContext(), name),
                                     value.get(name)));
  return true;
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

std::optional<int64_t> WatchReader::inObservations(Operation *table,
                                                   StringRef key,
                                                   DictionaryAttr value,
                                                   StringRef member) {
  auto length = value.getAs<LengthAttr>(member);
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  std::string name = memberName(key, member);
  StringRef unit = length.getUnit();
  bool isEvaluation = metric.starts_with("eval/");
  if (unit == "rest" || (unit == "evals" && !isEvaluation)) {
    report.error(
        table, key,
        "'" + name + "' is in " + unit + ", expected " +
            (isEvaluation
                 ? Twine("evals or a length")
                 : "steps, samples, tokens, epochs or a percentage: " +
                       quoteName(metric) + " is observed at every step"),
        isEvaluation ? "such as \"3 evals\"" : "such as \"500 steps\"");
    return std::nullopt;
  }
  std::optional<Fraction> found =
      toFraction(length.getValue().getValueAsDouble());
  if (unit != "evals") {
    found = meter.measure(table, key, length);
    EvalOp eval = findEvaluation(recipe, metric);
    if (found && isEvaluation) {
      // The cadence is not known where only the schedule is looked at, and
      // nothing is triggered there.
      if (!eval || !eval.getEverySteps())
        return 1;
      found = *found / Fraction(static_cast<int64_t>(*eval.getEverySteps()));
    }
  }
  if (!found)
    return std::nullopt;
  return std::min(roundUp(*found).value_or(kMostSteps), kMostSteps);
}

std::optional<int64_t> WatchReader::observations(Operation *table,
                                                 StringRef key,
                                                 DictionaryAttr value,
                                                 StringRef member) {
  std::optional<int64_t> count = inObservations(table, key, value, member);
  if (!count || *count >= 1)
    return count;
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  report.error(table, key,
               "'" + memberName(key, member) +
                   "' is 0, expected at least 1 observation",
               metric.starts_with("eval/") ? "such as \"3 evals\""
                                           : "such as \"500 steps\"");
  return std::nullopt;
}

std::optional<int64_t>
WatchReader::observationsOr(int64_t otherwise, Operation *table, StringRef key,
                            DictionaryAttr value, StringRef member) {
  return value.contains(member) ? inObservations(table, key, value, member)
                                : otherwise;
}

std::optional<int64_t> WatchReader::steps(Operation *table, StringRef key,
                                          DictionaryAttr value,
                                          StringRef member) {
  return meter.measureSteps(table, key, value.getAs<LengthAttr>(member), 1,
                            member);
}
