//===- PlanWriter.h - the plan dialect as a FlatBuffer ----------*- C++ -*-===//

#ifndef DSC_COMPILER_ARTIFACT_PLANWRITER_H
#define DSC_COMPILER_ARTIFACT_PLANWRITER_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace dsc {

/// Names of the f64 slots of the buffer `uniforms`, and those of them that are
/// tracks of the schedule: array attributes of the module, filled when the
/// optimizer is lowered.
inline constexpr llvm::StringLiteral kUniformsAttribute = "plan.uniforms";
inline constexpr llvm::StringLiteral kTrackNamesAttribute = "plan.tracks";

/// The resolved recipe, TOML, as the binary carries it: a text of the module.
inline constexpr llvm::StringLiteral kRecipeTextAttribute = "plan.recipe";

/// Serialises a plan (runtime/Artifact/Plan.fbs). The same module gives the same
/// bytes. Fails after a diagnostic when something that a plan needs is absent.
llvm::FailureOr<std::string> writePlan(mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_PLANWRITER_H
