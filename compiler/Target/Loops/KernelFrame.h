//===- KernelFrame.h - what every backend's kernels are made of -*- C++ -*-===//
//
// A kernel under construction: its scalar body, the buffers of its operands,
// and the few operations that loops need. A backend derives its own frame,
// which makes the function with its calling convention and fills in where the
// operands lie.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_LOOPS_KERNELFRAME_H
#define DSC_COMPILER_TARGET_LOOPS_KERNELFRAME_H

#include "dialect/Plan/PlanDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace dsc {

/// An operand inside a kernel: where it lies, and the type of its values.
struct Operand {
  plan_ir::Access access;
  plan_ir::BufferOp buffer;
  mlir::Type type;  ///< bf16 as i16
  mlir::Value base; ///< filled in by the backend

  bool isRead() const {
    return access == plan_ir::Access::read || access == plan_ir::Access::update;
  }
  bool isWritten() const {
    return access == plan_ir::Access::update ||
           access == plan_ir::Access::write;
  }
};

class KernelFrame {
public:
  KernelFrame(mlir::OpBuilder &builder, plan_ir::KernelOp kernel);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  plan_ir::KernelOp kernel;
  mlir::func::FuncOp body;
  mlir::Value begin, end; ///< i64 each, filled in by the backend
  llvm::SmallVector<Operand> operands;

  const Operand &operand(plan_ir::Access access);
  mlir::Value i64(int64_t value);
  mlir::Value f64(double value);
  mlir::Value addI(mlir::Value a, mlir::Value b);
  mlir::Value mulI(mlir::Value a, int64_t factor);
  mlir::Value andI(mlir::Value a, int64_t mask);
  mlir::Value less(mlir::Value a, mlir::Value b);

  mlir::Value address(mlir::Value base, mlir::Type type, mlir::Value index);
  mlir::Value load(mlir::Value base, mlir::Type type, mlir::Value index);
  void store(mlir::Value value, mlir::Value base, mlir::Type type,
             mlir::Value index);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value index, mlir::ValueRange)>;
  mlir::ValueRange loop(mlir::Value from, mlir::Value to, mlir::Value step,
                        mlir::ValueRange carried, LoopBody emit);
  void loop(mlir::Value from, mlir::Value to, mlir::Value step,
            llvm::function_ref<void(mlir::Value index)> emit);
  void onlyIf(mlir::Value condition, llvm::function_ref<void()> emit);

  // The loops of a kernel of each kind. The bodies of maps and reductions have
  // passed checkBody.
  virtual void emitMap() = 0;
  virtual void emitReduce() = 0;
  virtual void emitFinish() = 0;
  /// Ends the function.
  virtual void emitReturn() = 0;

protected:
  ~KernelFrame() = default;
};

/// Checks the body and emits the loops of the frame's kernel.
llvm::LogicalResult fillKernel(KernelFrame &frame);

/// Drops what fillKernel has read.
void eraseKernels(mlir::ModuleOp module);

/// Puts a backend's function in the place of each plan.kernel of `module`, and
/// drops the buffers. A `Frame` is made of a builder that stands at the kernel
/// and of the kernel; it starts the function and leaves the builder inside.
template <class Frame> llvm::LogicalResult emitKernels(mlir::ModuleOp module) {
  mlir::OpBuilder builder(module.getContext());
  for (plan_ir::KernelOp kernel : module.getOps<plan_ir::KernelOp>()) {
    builder.setInsertionPoint(kernel);
    Frame frame(builder, kernel);
    if (failed(fillKernel(frame)))
      return llvm::failure();
  }
  eraseKernels(module);
  return llvm::success();
}

//===----------------------------------------------------------------------===//
// Parts of kernels that are the same on every machine
//===----------------------------------------------------------------------===//

/// The index of the step that is being made.
mlir::Value loadStep(KernelFrame &frame);

/// The uniforms of a map, each rounded once to f32: loaded, or computed by the
/// kernel's prologue.
llvm::SmallVector<mlir::Value> emitUniforms(KernelFrame &frame);

/// A map's update of one element.
void emitElement(KernelFrame &frame, mlir::Value index,
                 mlir::ValueRange uniforms);

/// The elements of a reduction block: the first one, and the one after the
/// last.
struct ElementBounds {
  mlir::Value start, end;
};
ElementBounds emitBlockRange(KernelFrame &frame, mlir::Value block);

/// Stores a block's sum of each reduction among the partials.
void storePartials(KernelFrame &frame, mlir::Value block,
                   mlir::ValueRange sums);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_LOOPS_KERNELFRAME_H
