//===- Evaluator.h - runs lowered scalar functions on the host --*- C++ -*-===//
//
// `dsc plot`, `check` and `plan` need the schedule's values while they compile,
// a million at a time. This runs the very function that is inlined into
// kernels, with the same IEEE operations: fma is one rounding, nothing is
// contracted. The body is compiled once into a flat array over a register file;
// what does not depend on the arguments is computed then.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_EVALUATOR_H
#define DSC_COMPILER_TARGET_EVALUATOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cstdint>
#include <vector>

namespace dsc {

namespace evaluator {
struct Instruction {
  uint32_t opcode, target, a, b, c;
};
} // namespace evaluator

/// Not for use by two threads at once: a call writes the registers. Copy it.
class Evaluator {
public:
  /// Fails, with a message at the operation, on anything but one block of
  /// scalar arith, math.fma and math.sqrt.
  static llvm::FailureOr<Evaluator> create(mlir::func::FuncOp function);

  /// Values travel as bits: f64 as they are, narrower ones in the low bits with
  /// zeros above.
  void run(llvm::ArrayRef<uint64_t> arguments,
           llvm::MutableArrayRef<uint64_t> results);

  /// For a function of one i64 that returns f64s.
  void evaluate(int64_t step, llvm::MutableArrayRef<double> results);

  size_t getNumResults() const { return resultRegisters.size(); }
  /// Instructions that each call performs.
  size_t getNumInstructions() const { return instructions.size(); }

private:
  friend class EvaluatorCompiler;

  std::vector<evaluator::Instruction> instructions;
  std::vector<uint64_t> registers; ///< the arguments come first
  std::vector<uint32_t> resultRegisters;
};

} // namespace dsc

#endif // DSC_COMPILER_TARGET_EVALUATOR_H
