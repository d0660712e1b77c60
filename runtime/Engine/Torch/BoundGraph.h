//===- BoundGraph.h - a plan's graph, ready to run --------------*- C++ -*-===//
//
// The plan's graph with every operator found, every argument boxed and every
// value's last use known, so that running a unit is nothing but a loop of
// calls.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_BOUNDGRAPH_H
#define DSC_RUNTIME_ENGINE_TORCH_BOUNDGRAPH_H

#include "runtime/Engine/Torch/Operands.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string>
#include <vector>

namespace dsc::torch_engine {

/// A call that multiplies a value by a trained parameter, [inputs, outputs] or,
/// where it is transposed, [outputs, inputs], and may add another such.
struct WeightProduct {
  int32_t input; ///< a value
  int32_t weight, bias = -1;
  bool isTransposed;
};

struct BoundCall {
  c10::OperatorHandle op;
  std::string name;
  std::vector<BoundOperand> operands;
  std::vector<int32_t> results; ///< value of each, -1 where nobody reads it
  std::vector<int32_t>
      released; ///< values of this unit that nobody reads after
  std::optional<WeightProduct> product;
};

struct BoundUnit {
  std::string name;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  std::vector<int32_t> parameters; ///< trained ones, each once
  std::vector<BoundCall> calls;
  /// Values that no later unit reads, nor the caller: free in evaluation.
  std::vector<int32_t> released;

  /// Boxes what depends on the batch's shape.
  void bind(Sizes sizes);
};

/// Builds the units. `trained` says which parameters have a gradient. Throws
/// dsc::Error(Exit::artifact) on an operator that LibTorch does not know, an
/// argument that does not fit its schema, or an index that leads nowhere.
std::vector<BoundUnit> bindUnits(const plan::Graph &graph,
                                 const std::vector<bool> &trained);

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_BOUNDGRAPH_H
