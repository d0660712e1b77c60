//===- GraphFacts.h - what other stages ask of a model graph ----*- C++ -*-===//
//
// Groups and layout need the parameters and the order in which their gradients
// become final; `dsc plan` needs FLOPs and memory. All of it follows from the
// graph and the operator table.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_MODEL_GRAPHFACTS_H
#define DSC_COMPILER_TRANSFORMS_MODEL_GRAPHFACTS_H

#include "dialect/Plan/PlanDialect.h"

#include <string>

namespace dsc {

/// What a plan has one of.
template <typename OpType> OpType only(mlir::ModuleOp plan) {
  return *plan.getOps<OpType>().begin();
}

/// A parameter as `match`, `layer_decay` and the layout see it.
struct ParameterFacts {
  plan_ir::ParameterOp op;
  std::string name;
  llvm::SmallVector<int64_t> shape;
  int64_t size = 0; ///< elements
  plan_ir::Role role;
  int64_t depth = 0;      ///< 0 embeddings, i + 1 block i, blocks + 1 the rest
  bool tied = false;      ///< used by several units
  int64_t finalUnit = 0;  ///< unit whose backward makes its gradient final
  int64_t lastUnit = 0;   ///< unit whose backward writes its gradient first
  int64_t completion = 0; ///< position in backward's order of completion
};

/// In the order of the checkpoint. Gradients become final from the last unit to
/// the first; a tied one's with the first unit that uses it.
llvm::SmallVector<ParameterFacts> listParameters(plan_ir::GraphOp graph);

/// What one unit costs under a binding.
struct UnitCost {
  std::string name;
  double flops = 0; ///< of its forward
  /// Bytes that its forward of a micro-batch leaves for backward: its outputs,
  /// and what backward reads, batch fields included, parameters not. Memory
  /// that several units read counts with the first of them; views count once,
  /// with what they view.
  double savedBytes = 0;
  /// What there is besides, at most, while it runs: gradients in its backward,
  /// what a forward needs only for a while.
  double workingBytes = 0;
};

/// In the order of forward.
llvm::SmallVector<UnitCost> listUnitCosts(plan_ir::GraphOp graph,
                                          plan_ir::Binding binding);

/// The most memory of a micro-batch's tensors. Backward goes through the units
/// in turn, and each has what those before it have saved, and its own work.
double mostActivationBytes(llvm::ArrayRef<UnitCost> units);

/// A backward costs about two forwards: gradients of inputs and of parameters.
inline constexpr double kBackwardOverForward = 2;

/// FLOPs per token of a sample of `length` tokens (per row where that is 1),
/// forward and backward.
double trainingFlopsPerToken(plan_ir::GraphOp graph, int64_t length);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_MODEL_GRAPHFACTS_H
