//===- PlanWriter.h - the plan dialect as a FlatBuffer ----------*- C++ -*-===//

#ifndef DSC_COMPILER_ARTIFACT_PLANWRITER_H
#define DSC_COMPILER_ARTIFACT_PLANWRITER_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace dsc {

/// Serialises a plan (runtime/Artifact/Plan.fbs). The same module gives the
/// same bytes. Fails after a diagnostic when something that a plan needs is
/// absent.
llvm::FailureOr<std::string> writePlan(mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_PLANWRITER_H
