//===- GpuFrame.h - the shell of a GPU kernel -------------------*- C++ -*-===//
//
// The entry with the calling convention of KernelAbi.h, who of the grid a
// thread is, and what the threads of a block have in common.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_CODEGEN_GPUFRAME_H
#define DSC_CUDA_CODEGEN_GPUFRAME_H

#include "compiler/Target/Loops/KernelFrame.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace dsc {

/// How a kernel is launched, and what of its range a thread block takes at a
/// time: elements, reduction blocks or steps; 0 for all of it, by one block.
/// The assembler saves registers for as many blocks as a multiprocessor takes,
/// at the price of loads one after the other; where `blocksAtOnce` is not 0, so
/// many will do.
struct Geometry {
  int64_t threads, span, blocksAtOnce = 0;
};

/// Geometry of a kernel of each kind, and of the one that evaluates tracks.
Geometry geometryOf(plan_ir::KernelKind kind);
inline constexpr Geometry kTracksGeometry{128, 128};

/// Threads that a device runs together.
inline constexpr int64_t kWarp = 32;

/// An entry of which every argument is a device address, but for two, i64 begin
/// and end. With `stops` the address of a word follows that ends it. The
/// builder then stands in its body.
class Entry {
public:
  Entry(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
        unsigned addresses, int64_t threads, bool stops = false);

  mlir::LLVM::LLVMFuncOp function;
  mlir::Value begin, end;
  mlir::Value thread;      ///< of its block
  mlir::Value block, grid; ///< which thread block, and of how many
  mlir::Value self, all;   ///< which thread of the grid, and of how many
};

class GpuFrame final : public KernelFrame {
public:
  /// Starts the entry that takes the place of `kernel`.
  GpuFrame(mlir::OpBuilder &builder, plan_ir::KernelOp kernel);

  Geometry geometry;
  Entry entry;

  /// `count` values that the threads of a block share; `purpose` is part of
  /// their symbol.
  mlir::Value share(llvm::StringRef purpose, mlir::Type type, int64_t count);
  /// Waits for all threads of the block.
  void barrier();
  /// Waits for the first threads of the block alone, whole warps.
  void barrierOf(int64_t threads);
  /// Emits what one thread of a block does.
  void onlyFirstThread(llvm::function_ref<void()> emit);

  void emitMap() final;
  void emitReduce() final;
  void emitFinish() final;
  void emitReturn() final;
};

} // namespace dsc

#endif // DSC_CUDA_CODEGEN_GPUFRAME_H
