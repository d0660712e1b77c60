//===- Import.h - another tool's configuration as a recipe ------*- C++ -*-===//
//
// Reads DeepSpeed's ds_config.json and Transformers' TrainingArguments. Every
// key of the file is in the recipe, or reported as one that could not be
// carried, or refused by its name: nothing is lost in silence.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_IMPORT_H
#define DSC_COMPILER_IMPORT_IMPORT_H

#include "compiler/Import/Log.h"

#include <cstdint>
#include <optional>

namespace dsc::importing {

struct Options {
  std::string file;
  std::string format;  ///< "deepspeed", "transformers"; "": by what is in it
  std::string version; ///< of DeepSpeed; "": the newest known
  /// What the file leaves open; also what "auto" stands for.
  std::optional<double> lr, clip, weightDecay;
  std::optional<int64_t> totalSteps, warmupSteps, microBatch, batch,
      accumulation, ranks;
  std::vector<std::string> autos; ///< KEY=VALUE, VALUE as JSON
};

/// The text of a recipe; empty after an error.
std::string importConfiguration(const Options &options, Log &log);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_IMPORT_H
