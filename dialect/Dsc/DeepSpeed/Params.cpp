//===- Params.cpp - what DeepSpeed's schedulers share ---------------------===//

#include "dialect/Dsc/DeepSpeed/Params.h"

#include "dialect/Dsc/Diagnostics.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

template <typename TableType> static TableType find(Operation *table) {
  auto recipe = table->getParentOfType<RecipeOp>();
  for (Operation &op : recipe.getBody().front())
    if (auto found = llvm::dyn_cast<TableType>(op))
      return found;
  return {};
}

Params::Params(Operation *table)
    : table(table), schedule(find<DeepSpeedOp>(table)) {
  if (schedule) {
    if (FloatAttr given = schedule.getPeakAttr())
      peak = given.getValueAsDouble();
    (void)release.tryParse(schedule.getVersion().value_or(""));
  }
  if (auto train = find<TrainOp>(table))
    steps = train.getSteps().value_or(0);
  if (auto optimizer = find<OptimizerInterface>(table)) {
    auto names = optimizer->getRegisteredInfo()->getAttributeNames();
    hasBetas = llvm::is_contained(
        names, StringAttr::get(table->getContext(), "betas"));
    auto betas = optimizer->getAttrOfType<ArrayAttr>("betas");
    auto own = optimizer->getAttrOfType<FloatAttr>("beta2");
    fixesBeta1 = betas && getKeyOrigin(optimizer, "betas") != "default";
    if (betas && betas.size() == 2)
      beta2 = cast<FloatAttr>(betas[1]).getValueAsDouble();
    else if (own)
      beta2 = own.getValueAsDouble();
  }
}

double Params::number(StringRef key) const {
  return table->getAttrOfType<FloatAttr>(key).getValueAsDouble();
}

double Params::number(StringRef key, double fallback) const {
  return has(key) ? number(key) : fallback;
}

int64_t Params::count(StringRef key) const {
  return table->getAttrOfType<IntegerAttr>(key).getInt();
}

bool Params::flag(StringRef key) const {
  return table->getAttrOfType<BoolAttr>(key).getValue();
}

StringRef Params::text(StringRef key) const {
  return table->getAttrOfType<StringAttr>(key).getValue();
}

bool Params::isWritten(StringRef key) const {
  return has(key) && getKeyOrigin(table, key) != "default";
}

bool Params::hasRefused() const {
  return llvm::any_of(
      table->getRegisteredInfo()->getAttributeNames(),
      [&](StringAttr key) { return getKeyOrigin(table, key) == "refused"; });
}

//===----------------------------------------------------------------------===//
// Findings
//===----------------------------------------------------------------------===//

static void finish(InFlightDiagnostic diagnostic, const Twine &hint) {
  attachHint(diagnostic, hint);
}

void Findings::refuse(StringRef key, const Twine &message, const Twine &hint) {
  failed = true;
  finish(emitKeyError(params.table, key, message), hint);
}

void Findings::refuseSchedule(StringRef key, const Twine &message,
                              const Twine &hint) {
  failed = true;
  finish(emitKeyError(params.schedule, key, message), hint);
}

void Findings::warn(StringRef key, const Twine &message, const Twine &hint) {
  // What a default in a refused value's place would do is not worth a warning.
  if (!params.hasRefused())
    finish(emitKeyWarning(params.table, key, message), hint);
}

void Findings::checkOrder(StringRef lowKey, double low, StringRef highKey,
                          double high, const Twine &wouldDo) {
  if (low <= high)
    return;
  StringRef key = params.isWritten(lowKey) ? lowKey : highKey;
  refuse(key,
         "'" + lowKey + "' " + show(low) + " is above '" + highKey + "' " +
             show(high) + ": DeepSpeed would " + wouldDo,
         "exchange them");
}

void Findings::checkNoPeak(const Twine &instead) {
  if (params.peak)
    refuseSchedule(
        "peak",
        "'peak' has no effect with type \"" +
            DeepSpeedOp(params.schedule).getScheduler().value_or("") +
            "\", whose learning rate is given by " + instead,
        "leave 'peak' out");
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

DoubleDouble deepspeed::mixDoubleDouble(Scalar &s, double low, double high,
                                        const Weights &weights) {
  if (low == high)
    return {s.f64(low), s.f64(0)};
  DoubleDouble ofHigh = s.multiply({s.f64(high), {}}, weights.high);
  if (low == 0)
    return ofHigh;
  return s.add(s.multiply({s.f64(low), {}}, weights.low), ofHigh);
}

Value deepspeed::mix(Scalar &s, double low, double high,
                     const Weights &weights) {
  return mixDoubleDouble(s, low, high, weights).high;
}

//===----------------------------------------------------------------------===//
// Native phases
//===----------------------------------------------------------------------===//

std::string deepspeed::stepsText(int64_t steps) {
  return "\"" + std::to_string(steps) + (steps == 1 ? " step\"" : " steps\"");
}

std::string deepspeed::writeNative(std::optional<double> peak,
                                   ArrayRef<NativePhase> phases) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "[schedule]\n";
  if (peak)
    os << "peak = " << show(*peak) << "\n";
  for (const NativePhase &phase : phases) {
    os << "\n[[schedule.phase]]\n";
    const std::pair<StringRef, std::string> lines[] = {
        {"name", "\"" + phase.name + "\""},
        {"kind", "\"" + phase.kind + "\""},
        {"length", phase.length},
        {"from", phase.from},
        {"to", phase.to},
        {"momentum", phase.momentum}};
    for (const auto &[key, value] : lines)
      if (!value.empty())
        os << key << " = " << value << "\n";
    for (const std::string &line : phase.more)
      os << line << "\n";
  }
  return text;
}

std::string deepspeed::explainNoNative(const Twine &reason) {
  return ("# " + reason + "\n").str();
}

std::string deepspeed::remarkOnBetas(const Params &params) {
  if (!params.fixesBeta1 || !params.beta2)
    return "";
  return "# These phases move beta1: in [optimizer], write beta2 = " +
         show(*params.beta2) + " in place of betas.\n";
}

double deepspeed::between(double from, double to, double share) {
  return share >= 1 ? to : from + (to - from) * share;
}
