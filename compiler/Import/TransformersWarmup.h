//===- TransformersWarmup.h - warmup_steps and warmup_ratio -----*- C++ -*-===//
//
// The trainer's arguments say how long the warm-up is, as steps or as a share
// of the run; the kind of the scheduler says from where, and where its first
// step lies.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_TRANSFORMERSWARMUP_H
#define DSC_COMPILER_IMPORT_TRANSFORMERSWARMUP_H

#include "compiler/Import/Parts.h"

namespace dsc::importing {

/// Refuses what the trainer's own checks refuse.
void checkWarmup(Context &context);

/// Steps of the warm-up; nullopt where it is a share of an unknown length.
std::optional<int64_t> countWarmup(Context &context);

/// A share of the run as TOML, such as "5%".
std::string percentText(double share);

/// The phase, if there is one; its first step lies at its start.
void writeWarmupFromStart(Context &context, llvm::StringRef kind, double from);

/// The phase, whose last step lies at the peak, and the first one at `from`, or
/// an equal part above 0.
void writeWarmupToPeak(Context &context, std::optional<double> from);

/// The trainer's "constant" has none.
void passOverWarmup(Context &context);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_TRANSFORMERSWARMUP_H
