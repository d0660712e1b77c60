//===- EvaluatorInstructions.h - the host evaluator's machine ---*- C++ -*-===//
//
// Integers are held with zeros above their width. An instruction takes 64-bit
// values; the compiler extends and cuts narrower ones round it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_EVALUATORINSTRUCTIONS_H
#define DSC_COMPILER_TARGET_EVALUATORINSTRUCTIONS_H

#include "compiler/Target/Evaluator.h"

namespace dsc::evaluator {

// clang-format off
enum Opcode : uint32_t {
  AddF64, SubF64, MulF64, DivF64, NegF64, FmaF64, SqrtF64, CompareF64,
  AddF32, SubF32, MulF32, DivF32, NegF32, FmaF32, SqrtF32, CompareF32,
  ExtendF32, TruncateF64, SignedToF64, UnsignedToF64, SignedToF32,
  UnsignedToF32, F64ToSigned, F32ToSigned,
  Select, AddI, SubI, MulI, DivI, RemI, And, Or, Xor, ShiftLeft, ShiftRightUnsigned,
  ShiftRightSigned, SignExtend, Equal, NotEqual, SignedLess, SignedLessEqual,
  UnsignedLess, UnsignedLessEqual,
};
// clang-format on

/// What two floats can be to each other. CompareF* takes the set of relations
/// for which it holds as `c`, an immediate.
enum Relation : uint32_t { less = 1, greater = 2, equal = 4, unordered = 8 };

void execute(const Instruction *begin, const Instruction *end,
             uint64_t *registers);

} // namespace dsc::evaluator

#endif // DSC_COMPILER_TARGET_EVALUATORINSTRUCTIONS_H
