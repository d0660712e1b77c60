//===- Operands.h - a call's arguments --------------------------*- C++ -*-===//
//
// The plan writes an operator's arguments as data; LibTorch takes them as boxed
// values of the types that the operator's schema names. Everything that does
// not change from call to call is boxed once.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_OPERANDS_H
#define DSC_RUNTIME_ENGINE_TORCH_OPERANDS_H

#include "runtime/Artifact/Plan_generated.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <vector>

namespace dsc::torch_engine {

/// The two symbols of a graph, bound for one use.
struct Sizes {
  int64_t batch = 0;
  int64_t length = 0;
  bool operator==(const Sizes &) const = default;
};

int64_t evaluate(const plan::SymbolicInt &size, Sizes sizes);

std::vector<int64_t>
evaluate(const flatbuffers::Vector<const plan::SymbolicInt *> *shape,
         Sizes sizes);

/// LibTorch's name for a type of the plan. Throws Exit::artifact on a number
/// that is none.
c10::ScalarType scalarType(plan::DType type);

/// One argument of a call.
class BoundOperand {
public:
  /// Throws Exit::artifact when `operand` cannot be what `argument` asks for.
  BoundOperand(const plan::Operand &operand, const c10::Argument &argument);

  /// An argument that the plan leaves to the schema's default.
  explicit BoundOperand(const c10::Argument &argument);

  /// Boxes again what depends on the symbols.
  void bind(Sizes sizes);

  void push(std::vector<c10::IValue> &stack,
            const std::vector<at::Tensor> &values,
            const std::vector<at::Tensor> &parameters) const;

  /// Values that the argument reads.
  const std::vector<int32_t> &values() const { return valuesRead; }
  /// The parameter that it reads, or -1.
  int32_t parameter() const { return parameterRead; }

private:
  enum class Source { constant, value, parameter, values, optionalValues };

  Source sourceOf(const c10::TypePtr &type) const;
  void box(Sizes sizes);

  const plan::Operand *operand = nullptr;
  Source source = Source::constant;
  bool isReal = false; ///< the schema wants a float where an integer may stand
  bool isSymbolic = false;
  int32_t parameterRead = -1;
  std::vector<int32_t> valuesRead;
  c10::IValue constant;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_OPERANDS_H
