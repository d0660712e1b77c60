//===- Finish.h - the parts of a finish -------------------------*- C++ -*-===//
//
// A finish combines block sums and makes of them, of the step and of the
// schedule's state what is uniform over an update. Most of the latter waits for
// no sum: a backend with idle threads has it computed beside the tree.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_LOOPS_FINISH_H
#define DSC_COMPILER_TARGET_LOOPS_FINISH_H

#include "compiler/Target/Loops/KernelFrame.h"

#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace dsc {

/// Where the block sums of each reduction lie.
llvm::SmallVector<mlir::Value> placeSums(KernelFrame &frame);

/// Combines the block sums at each of the places; the first one is then the
/// reduction's sum. `emitLevels` emits one or more levels of the pairwise tree
/// over `count` sums at `base`, in place, and returns how many are left.
void emitTrees(
    KernelFrame &frame, mlir::ValueRange places,
    llvm::function_ref<mlir::Value(mlir::Value base, mlir::Value count)>
        emitLevels);

/// What a finish makes of the sums at those places: the uniforms and, where the
/// schedule reacts, its state.
void emitStepValues(KernelFrame &frame, mlir::ValueRange sums);

/// The same in two parts. An early one, which no sum has a part in, stores what
/// is final and hands over what the other one needs of it; that one is all that
/// is left to do when the sums are there.
class StepValues {
public:
  explicit StepValues(KernelFrame &frame);

  /// Whether the early part has anything to compute, of the step or of state.
  bool hasEarlyPart() const;
  /// Values that are handed over, each in 8 bytes.
  int64_t countHandedOver() const { return int64_t(handedOver.size()); }
  /// Whether the late part has to wait for the early one: for a value, or lest
  /// it replaces state that is still to be read.
  bool mustMeet() const;

  void emitEarly(mlir::Value place);
  void emitLate(mlir::ValueRange sums, mlir::Value place);

private:
  bool isLate(mlir::Operation &op) const;
  void storeResults(bool ofLatePart, const mlir::IRMapping &mapping);

  KernelFrame &frame;
  llvm::DenseSet<mlir::Value> late; ///< of the body, what follows from sums
  llvm::SetVector<mlir::Value> handedOver;
};

} // namespace dsc

#endif // DSC_COMPILER_TARGET_LOOPS_FINISH_H
