//===- Harness.h - runs what Scalar emits -----------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_SCALAR_HARNESS_H
#define DSC_TEST_UNIT_SCALAR_HARNESS_H

#include "compiler/Target/Evaluator.h"
#include "dialect/Dsc/DscDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <bit>
#include <functional>
#include <gtest/gtest.h>
#include <optional>

namespace dsc::test {

/// A function of scalars, emitted by a callback and run by the evaluator.
class Emitted {
public:
  using Body = std::function<mlir::Value(Scalar &, mlir::ValueRange)>;

  Emitted(mlir::MLIRContext &context, llvm::ArrayRef<mlir::Type> arguments,
          const Body &body) {
    mlir::OpBuilder builder(&context);
    mlir::Location loc = builder.getUnknownLoc();
    module = mlir::ModuleOp::create(loc);
    builder.setInsertionPointToStart(module->getBody());
    auto function = mlir::func::FuncOp::create(
        builder, loc, "f", builder.getFunctionType(arguments, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    Scalar scalar(builder, loc);
    mlir::Value result = body(scalar, function.getArguments());
    mlir::func::ReturnOp::create(builder, loc, result);
    function.setFunctionType(
        builder.getFunctionType(arguments, result.getType()));
    llvm::FailureOr<Evaluator> made = Evaluator::create(function);
    if (failed(made))
      ADD_FAILURE() << "the function cannot be evaluated";
    else
      evaluator = std::move(*made);
  }

  uint64_t bits(llvm::ArrayRef<uint64_t> arguments) {
    uint64_t result = 0;
    evaluator->run(arguments, result);
    return result;
  }
  double operator()(double x) {
    return std::bit_cast<double>(bits({std::bit_cast<uint64_t>(x)}));
  }
  double operator()(double x, double y) {
    return std::bit_cast<double>(
        bits({std::bit_cast<uint64_t>(x), std::bit_cast<uint64_t>(y)}));
  }
  Evaluator &getEvaluator() { return *evaluator; }

private:
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<Evaluator> evaluator;
};

inline mlir::MLIRContext &getContext() {
  static mlir::MLIRContext *context = [] {
    auto *made = new mlir::MLIRContext(mlir::MLIRContext::Threading::DISABLED);
    made->loadDialect<DscDialect, mlir::arith::ArithDialect,
                      mlir::func::FuncDialect, mlir::math::MathDialect>();
    return made;
  }();
  return *context;
}

/// A function of `count` f64.
inline Emitted emitF64(unsigned count, const Emitted::Body &body) {
  mlir::Builder builder(&getContext());
  llvm::SmallVector<mlir::Type> types(count, builder.getF64Type());
  return Emitted(getContext(), types, body);
}

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SCALAR_HARNESS_H
