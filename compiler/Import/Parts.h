//===- Parts.h - the parts of an import -------------------------*- C++ -*-===//

#ifndef DSC_COMPILER_IMPORT_PARTS_H
#define DSC_COMPILER_IMPORT_PARTS_H

#include "compiler/Import/Config.h"
#include "compiler/Import/Import.h"
#include "compiler/Import/RecipeText.h"

#include "llvm/Support/VersionTuple.h"

namespace dsc::importing {

/// What the parts of one import share.
struct Context {
  const Options &options;
  Config &config;
  RecipeText &recipe;
  Log &log;
  llvm::VersionTuple release; ///< of DeepSpeed

  std::optional<double> lr = {};          ///< the optimizer's
  std::optional<int64_t> totalSteps = {}; ///< of the run
  bool hasOptimizer = false, hasBetas = false;
  std::optional<std::pair<double, double>> betas = {};
};

/// The two formats.
void importDeepSpeed(Context &context);
void importTransformers(Context &context);

/// Parts of a ds_config.json.
void importOptimizer(Context &context);
void importScheduler(Context &context);
void importBatch(Context &context);
/// False after an error: what batches are made of is small enough to multiply.
bool checkBatchPart(Context &context, const char *path, int64_t value);
void importClipping(Context &context);
void importPrecision(Context &context);
void importSharding(Context &context);
void importMonitors(Context &context);
void writeBetas(Context &context);

/// Keys of each format that a recipe has no place for.
llvm::ArrayRef<KnownKey> deepSpeedKeys();
llvm::ArrayRef<KnownKey> deepSpeedFeatureKeys(); ///< part of deepSpeedKeys
llvm::ArrayRef<KnownKey> deepSpeedTableKeys();   ///< part of deepSpeedKeys
llvm::ArrayRef<KnownKey> transformersKeys();

/// What "auto" stands for in a ds_config.json: as Transformers fills it, from
/// the options, or from the arguments of its trainer.
llvm::StringMap<Fill> makeFills(const Options &options, bool fromTrainer,
                                Log &log);

/// An --auto that none of the configurations has is refused.
void checkAutos(const Options &options, llvm::ArrayRef<const Config *> configs,
                Log &log);

std::string stepsText(int64_t steps);

/// Says of the recipe's schedule what `dsc check` would, at the keys that it
/// came from.
void checkSchedule(Context &context);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_PARTS_H
