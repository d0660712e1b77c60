//===- GraphBuilder.h - how an architecture writes its graph ----*- C++ -*-===//
//
// A thin layer over the plan dialect: operators by name with Python-like
// arguments, result types from the operator table, parameters by their name in
// the checkpoint. A call that does not fit reports where it stands and yields a
// null value; later calls on null values do nothing, and outputs() fails.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_MODELS_GRAPHBUILDER_H
#define DSC_DIALECT_DSC_MODELS_GRAPHBUILDER_H

#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/Builders.h"

#include <variant>

namespace dsc {

using plan_ir::Dim;

/// An argument of an operator call.
class CallArgument {
public:
  CallArgument(mlir::Value value) : value(value) {}
  CallArgument(Dim integer) : value(integer) {}
  CallArgument(int integer) : value(Dim(integer)) {}
  CallArgument(int64_t integer) : value(Dim(integer)) {}
  CallArgument(std::initializer_list<Dim> integers)
      : value(llvm::SmallVector<Dim>(integers)) {}
  CallArgument(double real) : value(real) {}
  CallArgument(bool flag) : value(flag) {}
  CallArgument(const char *text) : value(llvm::StringRef(text)) {}
  CallArgument(mlir::Type dtype) : value(dtype) {}
  CallArgument(std::nullopt_t) : value(std::monostate()) {}

private:
  friend class UnitBuilder;
  std::variant<std::monostate, mlir::Value, Dim, llvm::SmallVector<Dim>, double,
               bool, llvm::StringRef, mlir::Type>
      value;
};

/// Writes the calls of one unit.
class UnitBuilder {
public:
  /// Arguments in the schema's order; those left out at the end take the
  /// schema's defaults. `callee` is `aten::name` or `aten::name.overload`.
  mlir::Value call(llvm::StringRef callee,
                   std::initializer_list<CallArgument> arguments);
  /// For operators that give a list of tensors.
  llvm::SmallVector<mlir::Value>
  callList(llvm::StringRef callee,
           std::initializer_list<CallArgument> arguments);

  /// A parameter in the type in which the model computes.
  mlir::Value use(llvm::StringRef parameter);

private:
  friend class GraphBuilder;
  UnitBuilder(mlir::OpBuilder builder, mlir::Location loc,
              plan_ir::GraphOp graph, mlir::Type computeType)
      : builder(builder), loc(loc), graph(graph), computeType(computeType) {}

  mlir::Attribute slotOf(const CallArgument &argument,
                         llvm::SmallVectorImpl<mlir::Value> &operands);

  mlir::OpBuilder builder;
  mlir::Location loc;
  plan_ir::GraphOp graph;
  mlir::Type computeType;
};

/// How a parameter starts.
struct Initial {
  plan_ir::InitKind kind;
  double scale = 0; ///< standard deviation, or half-width
};

class GraphBuilder {
public:
  using UnitBody =
      llvm::function_ref<mlir::Value(UnitBuilder &, mlir::ValueRange inputs)>;

  /// Adds `plan.graph @model` at the builder's place. Activations, and
  /// parameters as units read them, have `computeType`.
  GraphBuilder(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::Type computeType);

  plan_ir::GraphOp getGraph() { return graph; }
  mlir::Type getComputeType() const { return computeType; }
  mlir::Type f32() { return builder.getF32Type(); }
  mlir::Type i64() { return builder.getI64Type(); }

  /// A field of the batch.
  mlir::Value input(llvm::StringRef field, mlir::Type element,
                    llvm::ArrayRef<Dim> shape);

  void parameter(const llvm::Twine &name, llvm::ArrayRef<int64_t> shape,
                 plan_ir::Role role, int64_t depth, Initial initial);

  /// A unit of one result.
  mlir::Value unit(const llvm::Twine &name, mlir::ValueRange inputs,
                   UnitBody body);

  /// Ends the graph; fails when a call before did.
  llvm::LogicalResult outputs(mlir::Value loss, mlir::Value scores);

private:
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::Type computeType;
  plan_ir::GraphOp graph;
};

/// Largest parameter that a builder makes, in elements; keeps every product of
/// sizes inside 64 bits.
inline constexpr int64_t kMostParameterElements = int64_t(1) << 40;
/// Most layers that a builder makes.
inline constexpr int64_t kMostLayers = 1024;

/// a * b * c, or a value above every limit when that overflows.
int64_t saturatingProduct(int64_t a, int64_t b, int64_t c = 1);

} // namespace dsc

#endif // DSC_DIALECT_DSC_MODELS_GRAPHBUILDER_H
