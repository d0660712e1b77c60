//===- Batch.cpp - batch sizes of a ds_config.json ------------------------===//
//
// The whole batch is the micro-batch times accumulation times ranks, of which
// DeepSpeed derives what is left out.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"

using namespace dsc;
using namespace dsc::importing;

namespace {
struct Batch {
  std::optional<int64_t> whole, micro, accumulation, ranks;
};
} // namespace

bool importing::checkBatchPart(Context &context, const char *path,
                               int64_t value) {
  if (value >= 1 && value <= (int64_t(1) << 20))
    return true;
  context.log.error(context.config.quote(path) + " is " +
                    std::to_string(value) + ", expected 1 to 1048576");
  return false;
}

static std::optional<int64_t> positive(Context &context, const char *path,
                                       std::optional<int64_t> option,
                                       const char *optionName) {
  std::optional<int64_t> value = context.config.integer(path);
  if (!value)
    return option;
  if (!checkBatchPart(context, path, *value))
    return std::nullopt;
  if (option && *option != *value)
    context.log.error(context.config.quote(path) + " is " +
                      std::to_string(*value) + ", but " + optionName +
                      " says " + std::to_string(*option));
  return value;
}

/// Derives what follows from the rest. False after an error.
static bool complete(Context &context, Batch &batch) {
  if (!batch.whole && !batch.micro) {
    context.log.error("neither 'train_batch_size' nor "
                      "'train_micro_batch_size_per_gpu' is given, of which "
                      "DeepSpeed needs one",
                      "give --batch");
    return false;
  }
  if (!batch.whole) {
    if (!batch.ranks) {
      context.log.error("'train_batch_size' is not given, and follows from the "
                        "micro batch only for a number of ranks",
                        "give --ranks or --batch");
      return false;
    }
    batch.whole = *batch.micro * batch.accumulation.value_or(1) * *batch.ranks;
    return true;
  }
  int64_t unit = batch.micro.value_or(1) * batch.accumulation.value_or(1) *
                 batch.ranks.value_or(1);
  bool all = batch.micro && batch.accumulation && batch.ranks;
  if (all ? *batch.whole != unit : *batch.whole % unit != 0) {
    context.log.error(
        "train_batch_size " + std::to_string(*batch.whole) +
            (all ? " is not " : " is not a multiple of ") +
            std::to_string(unit) +
            ", micro batch times accumulation times ranks, as far as "
            "they are given",
        "write train_batch_size = " +
            std::to_string(all ? unit : (*batch.whole / unit + 1) * unit));
    return false;
  }
  if (!batch.micro && batch.accumulation && batch.ranks)
    batch.micro = *batch.whole / unit;
  return true;
}

void importing::importBatch(Context &context) {
  const Options &options = context.options;
  Batch batch;
  // It follows from the rest.
  if (context.config.isOpen("train_batch_size"))
    context.config.ignore("train_batch_size");
  else
    batch.whole =
        positive(context, "train_batch_size", options.batch, "--batch");
  batch.micro = positive(context, "train_micro_batch_size_per_gpu",
                         options.microBatch, "--micro-batch");
  batch.accumulation = positive(context, "gradient_accumulation_steps",
                                options.accumulation, "--accumulation");
  batch.ranks = options.ranks;
  if (context.log.hasErrors() || !complete(context, batch))
    return;
  context.recipe.set("train", "batch", std::to_string(*batch.whole),
                     "train_batch_size");
  if (batch.micro)
    context.recipe.set("train", "micro_batch", std::to_string(*batch.micro),
                       "train_micro_batch_size_per_gpu");
  else if (batch.accumulation.value_or(1) > 1)
    context.log.lost("gradient_accumulation_steps",
                     std::to_string(*batch.accumulation),
                     "the micro batch follows from it only for a number of "
                     "ranks: give --ranks");
}
