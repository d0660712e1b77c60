//===- KernelFrame.h - the shell of a CPU kernel ----------------*- C++ -*-===//
//
// The exported function with the calling convention of KernelAbi.h, and access
// to the buffers of its operands.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_CPU_KERNELFRAME_H
#define DSC_COMPILER_TARGET_CPU_KERNELFRAME_H

#include "compiler/Target/Cpu/Widen.h"
#include "dialect/Plan/PlanDialect.h"

namespace dsc {

/// An operand inside a kernel: where it lies, and the type of its values.
struct Operand {
  plan_ir::Access access;
  plan_ir::BufferOp buffer;
  mlir::Type type; ///< bf16 as i16
  mlir::Value base;

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
  /// Starts the function that takes the place of `kernel`; the builder then
  /// stands in its body.
  KernelFrame(mlir::OpBuilder &builder, plan_ir::KernelOp kernel);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  plan_ir::KernelOp kernel;
  mlir::func::FuncOp body;
  mlir::Value begin, end;
  llvm::SmallVector<Operand> operands;

  const Operand &operand(plan_ir::Access access);
  mlir::Value i64(int64_t value);
  mlir::Value f64(double value);
  mlir::Value addI(mlir::Value a, mlir::Value b);
  mlir::Value andI(mlir::Value a, int64_t mask);
  mlir::Value less(mlir::Value a, mlir::Value b);

  mlir::Value address(mlir::Value base, mlir::Type type, mlir::Value index);
  mlir::Value load(mlir::Value base, mlir::Type type, mlir::Value index);
  void store(mlir::Value value, mlir::Value base, mlir::Type type,
             mlir::Value index);
  mlir::Value loadWide(const Operand &operand, mlir::Value index);
  void storeWide(mlir::Value value, const Operand &operand, mlir::Value index);

  /// index, index + 1 ... on all lanes.
  mlir::Value indices(mlir::Value index);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value index, mlir::ValueRange)>;
  mlir::ValueRange loop(mlir::Value from, mlir::Value to, int64_t step,
                        mlir::ValueRange carried, LoopBody emit);

  void finish();
};

/// Fill the frame of a kernel of each kind. The bodies of maps and reductions
/// have passed checkBody.
void emitMap(KernelFrame &frame);
void emitReduce(KernelFrame &frame);
void emitFinish(KernelFrame &frame);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_CPU_KERNELFRAME_H
