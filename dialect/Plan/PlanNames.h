//===- PlanNames.h - attributes of a module that holds a plan ---*- C++ -*-===//

#ifndef DSC_DIALECT_PLAN_PLANNAMES_H
#define DSC_DIALECT_PLAN_PLANNAMES_H

#include "llvm/ADT/StringRef.h"

namespace dsc {

/// Names of the f64 slots of the buffer `uniforms`, and those of them that are
/// tracks of the schedule: array attributes of the module, filled when the
/// optimizer is lowered.
inline constexpr llvm::StringLiteral kUniformsAttribute = "plan.uniforms";
inline constexpr llvm::StringLiteral kTrackNamesAttribute = "plan.tracks";

/// Names of the f64 slots of the buffer `state`, and the decisions over them
/// (as `dsc.reactions` of compiler/Transforms/Schedule/Observe.h): absent from
/// a module whose schedule reacts to nothing.
inline constexpr llvm::StringLiteral kStateAttribute = "plan.state";
inline constexpr llvm::StringLiteral kReactionsAttribute = "plan.reactions";

/// The resolved recipe, TOML, as the binary carries it: a text of the module.
inline constexpr llvm::StringLiteral kRecipeTextAttribute = "plan.recipe";

} // namespace dsc

#endif // DSC_DIALECT_PLAN_PLANNAMES_H
