//===- CpuFrame.h - the shell of a CPU kernel -------------------*- C++ -*-===//
//
// The exported function with the calling convention of KernelAbi.h, and wide
// access to the buffers of its operands.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_CPU_CPUFRAME_H
#define DSC_COMPILER_TARGET_CPU_CPUFRAME_H

#include "compiler/Target/Cpu/Widen.h"
#include "compiler/Target/Loops/KernelFrame.h"

namespace dsc {

class CpuFrame final : public KernelFrame {
public:
  /// Starts the function that takes the place of `kernel`; the builder then
  /// stands in its body.
  CpuFrame(mlir::OpBuilder &builder, plan_ir::KernelOp kernel);

  mlir::Value loadWide(const Operand &operand, mlir::Value index);
  void storeWide(mlir::Value value, const Operand &operand, mlir::Value index);

  /// index, index + 1 ... on all lanes.
  mlir::Value indices(mlir::Value index);

  void emitMap() final;
  void emitReduce() final;
  void emitFinish() final;
  void emitReturn() final;
};

} // namespace dsc

#endif // DSC_COMPILER_TARGET_CPU_CPUFRAME_H
