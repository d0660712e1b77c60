//===- LengthMeter.cpp - lengths in steps ---------------------------------===//

#include "compiler/Transforms/Resolve/LengthMeter.h"

#include "runtime/Base/Limits.h"

#include <algorithm>

using namespace mlir;

namespace dsc {

LengthMeter::LengthMeter(RecipeOp recipe, Report &report)
    : recipe(recipe), report(report) {
  auto train = findTable<TrainOp>(recipe);
  if (train && train.getBatch())
    batch = static_cast<int64_t>(*train.getBatch());
  auto source = findTable<SourceInterface>(recipe);
  auto samples = source ? source->getAttrOfType<IntegerAttr>("training_samples")
                        : IntegerAttr();
  if (!samples || batch < 1)
    return;
  trainingSamples = samples.getInt();
  epochSteps = trainingSamples / batch;
}

std::optional<Fraction> LengthMeter::measureTokens(Operation *table,
                                                   StringRef key,
                                                   const Fraction &tokens) {
  auto data = findTable<DataOp>(recipe);
  auto model = findTable<ModelInterface>(recipe);
  IntegerAttr sequence = data ? data.getSequenceAttr() : IntegerAttr();
  if (!sequence && model)
    sequence = model->getAttrOfType<IntegerAttr>("context_length");
  if (sequence && sequence.getInt() >= 1)
    return tokens / (Fraction(batch) * Fraction(sequence.getInt()));
  report.error(table, key,
               "'" + key +
                   "' counts tokens, but the recipe does not say how many a "
                   "sample has",
               "write sequence = 128 in [data], or count samples");
  return std::nullopt;
}

std::optional<Fraction> LengthMeter::measureEpochs(Operation *table,
                                                   StringRef key,
                                                   const Fraction &epochs) {
  // Data that do not fill a batch are reported at the batch.
  if (epochSteps)
    return *epochSteps ? std::optional(epochs * Fraction(*epochSteps))
                       : std::nullopt;
  if (!findTable<SourceInterface>(recipe))
    report.error(table, key,
                 "'" + key +
                     "' counts passes over the data, but the recipe has no "
                     "[[data.source]]",
                 "name a source, or count steps");
  return std::nullopt;
}

std::optional<Fraction> LengthMeter::measure(Operation *table, StringRef key,
                                             LengthAttr length) {
  Fraction value = toFraction(length.getValue().getValueAsDouble());
  StringRef unit = length.getUnit();
  if (unit == "steps")
    return value;
  if (unit == "percent") {
    if (!total)
      return std::nullopt;
    return value * Fraction(*total, 100);
  }
  if (batch < 1)
    return std::nullopt;
  if (unit == "samples")
    return value / Fraction(batch);
  if (unit == "tokens")
    return measureTokens(table, key, value);
  if (unit == "epochs")
    return measureEpochs(table, key, value);
  report.error(table, key,
               "'" + key + "' is in " + unit +
                   ", expected steps, samples, tokens, epochs or a "
                   "percentage");
  return std::nullopt;
}

std::optional<int64_t>
LengthMeter::measureSteps(Operation *table, StringRef key, LengthAttr length,
                          int64_t least, StringRef member) {
  std::string name = (key + (member.empty() ? "" : ".") + member).str();
  if (length.getUnit() == "rest" || length.getUnit() == "evals") {
    report.error(table, key,
                 "'" + name + "' is in " + length.getUnit() +
                     ", expected steps, samples, tokens, epochs or a "
                     "percentage",
                 "such as \"200 steps\" or \"10%\"");
    return std::nullopt;
  }
  std::optional<Fraction> exact = measure(table, key, length);
  if (!exact)
    return std::nullopt;
  int64_t steps =
      std::min(roundNearest(*exact).value_or(kMostSteps), kMostSteps);
  if (steps >= least)
    return steps;
  report.error(table, key,
               "'" + name + "' comes to " + countOf(steps, "step") +
                   ", expected at least " + countOf(least, "step"));
  return std::nullopt;
}

} // namespace dsc
