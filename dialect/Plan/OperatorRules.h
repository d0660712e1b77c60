//===- OperatorRules.h - words for the rules of Operators.td ----*- C++ -*-===//
//
// Each shape rule reports through the call what does not fit, in terms of the
// operator's own argument names.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_PLAN_OPERATORRULES_H
#define DSC_DIALECT_PLAN_OPERATORRULES_H

#include "dialect/Plan/OperatorTable.h"

namespace dsc::plan_ir::rules {

// Result types.
ResultTypes sameAs(const OperatorCall &call, llvm::StringRef argument);
ResultTypes broadcast(const OperatorCall &call, llvm::StringRef left,
                      llvm::StringRef right);
ResultTypes addmm(const OperatorCall &call);
ResultTypes linear(const OperatorCall &call);
ResultTypes attention(const OperatorCall &call);
ResultTypes gelu(const OperatorCall &call);
ResultTypes layerNorm(const OperatorCall &call);
ResultTypes convert(const OperatorCall &call);
ResultTypes embedding(const OperatorCall &call);
ResultTypes crossEntropy(const OperatorCall &call);
ResultTypes concatenated(const OperatorCall &call);
ResultTypes reshaped(const OperatorCall &call, llvm::StringRef sizes);
ResultTypes transposed(const OperatorCall &call);
ResultTypes split(const OperatorCall &call);
ResultTypes slice(const OperatorCall &call);

// Costs. A negative axis counts from the end.
double elements(SymbolicTensorType tensor, Binding binding);
double size(SymbolicTensorType tensor, int axis, Binding binding);
/// Elements divided by the size of the last axis.
double rows(SymbolicTensorType tensor, Binding binding);

} // namespace dsc::plan_ir::rules

#endif // DSC_DIALECT_PLAN_OPERATORRULES_H
