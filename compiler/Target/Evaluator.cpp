//===- Evaluator.cpp - the host evaluator's machine -----------------------===//

#include "compiler/Target/EvaluatorInstructions.h"

#include "llvm/ADT/bit.h"

#include <cmath>

using namespace dsc;
using namespace dsc::evaluator;

// With the CPU's fma an instruction costs a nanosecond or two; without,
// std::fma computes the same bits in software.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define DSC_WITH_FMA_CLONE __attribute__((target_clones("fma", "default")))
#else
#define DSC_WITH_FMA_CLONE
#endif

namespace {
double f64(uint64_t bits) { return llvm::bit_cast<double>(bits); }
float f32(uint64_t bits) {
  return llvm::bit_cast<float>(static_cast<uint32_t>(bits));
}
uint64_t bits(double value) { return llvm::bit_cast<uint64_t>(value); }
uint64_t bits(float value) { return llvm::bit_cast<uint32_t>(value); }
int64_t asSigned(uint64_t value) { return static_cast<int64_t>(value); }

template <class Float> uint64_t holds(Float a, Float b, uint32_t relations) {
  uint32_t relation = a < b    ? less
                      : a > b  ? greater
                      : a == b ? equal
                               : unordered;
  return (relation & relations) != 0;
}

/// As x86's cvttsd2si where the value does not fit, which LLVM leaves open.
uint64_t toSigned(double value) {
  if (!(value >= -0x1p63 && value < 0x1p63))
    return uint64_t(1) << 63;
  return static_cast<uint64_t>(static_cast<int64_t>(value));
}

/// Towards 0; where LLVM leaves the quotient open it is 0 or wraps.
uint64_t divideSigned(uint64_t a, uint64_t b) {
  if (b == 0 || b == UINT64_MAX)
    return 0 - (a & b);
  return static_cast<uint64_t>(asSigned(a) / asSigned(b));
}

uint64_t signExtend(uint64_t value, uint64_t width) {
  unsigned shift = (64 - width) & 63;
  return static_cast<uint64_t>(asSigned(value << shift) >> shift);
}
} // namespace

DSC_WITH_FMA_CLONE
void dsc::evaluator::execute(const Instruction *begin, const Instruction *end,
                             uint64_t *registers) {
  for (const Instruction *i = begin; i != end; ++i) {
    const uint64_t a = registers[i->a], b = registers[i->b];
    uint64_t &target = registers[i->target];
    switch (static_cast<Opcode>(i->opcode)) {
      // clang-format off
    case AddF64: target = bits(f64(a) + f64(b)); break;
    case SubF64: target = bits(f64(a) - f64(b)); break;
    case MulF64: target = bits(f64(a) * f64(b)); break;
    case DivF64: target = bits(f64(a) / f64(b)); break;
    case NegF64: target = a ^ (uint64_t(1) << 63); break;
    case FmaF64: target = bits(__builtin_fma(f64(a), f64(b), f64(registers[i->c]))); break;
    case SqrtF64: target = bits(std::sqrt(f64(a))); break;
    case CompareF64: target = holds(f64(a), f64(b), i->c); break;
    case AddF32: target = bits(f32(a) + f32(b)); break;
    case SubF32: target = bits(f32(a) - f32(b)); break;
    case MulF32: target = bits(f32(a) * f32(b)); break;
    case DivF32: target = bits(f32(a) / f32(b)); break;
    case NegF32: target = a ^ (uint64_t(1) << 31); break;
    case FmaF32: target = bits(__builtin_fmaf(f32(a), f32(b), f32(registers[i->c]))); break;
    case SqrtF32: target = bits(std::sqrt(f32(a))); break;
    case CompareF32: target = holds(f32(a), f32(b), i->c); break;
    case ExtendF32: target = bits(static_cast<double>(f32(a))); break;
    case TruncateF64: target = bits(static_cast<float>(f64(a))); break;
    case SignedToF64: target = bits(static_cast<double>(asSigned(a))); break;
    case UnsignedToF64: target = bits(static_cast<double>(a)); break;
    case SignedToF32: target = bits(static_cast<float>(asSigned(a))); break;
    case UnsignedToF32: target = bits(static_cast<float>(a)); break;
    case F64ToSigned: target = toSigned(f64(a)); break;
    case F32ToSigned: target = toSigned(f32(a)); break;
    case Select: target = a ? b : registers[i->c]; break;
    case AddI: target = a + b; break;
    case SubI: target = a - b; break;
    case MulI: target = a * b; break;
    case DivI: target = divideSigned(a, b); break;
    case RemI: target = a - b * divideSigned(a, b); break;
    case And: target = a & b; break;
    case Or: target = a | b; break;
    case Xor: target = a ^ b; break;
    case ShiftLeft: target = a << (b & 63); break;
    case ShiftRightUnsigned: target = a >> (b & 63); break;
    case ShiftRightSigned: target = static_cast<uint64_t>(asSigned(a) >> (b & 63)); break;
    case SignExtend: target = signExtend(a, b); break;
    case Equal: target = a == b; break;
    case NotEqual: target = a != b; break;
    case SignedLess: target = asSigned(a) < asSigned(b); break;
    case SignedLessEqual: target = asSigned(a) <= asSigned(b); break;
    case UnsignedLess: target = a < b; break;
    case UnsignedLessEqual: target = a <= b; break;
      // clang-format on
    }
  }
}

void Evaluator::run(llvm::ArrayRef<uint64_t> arguments,
                    llvm::MutableArrayRef<uint64_t> results) {
  llvm::copy(arguments, registers.begin());
  execute(instructions.data(), instructions.data() + instructions.size(),
          registers.data());
  for (auto [result, source] : llvm::zip_equal(results, resultRegisters))
    result = registers[source];
}

void Evaluator::evaluate(int64_t step, llvm::MutableArrayRef<double> results) {
  registers[0] = static_cast<uint64_t>(step);
  execute(instructions.data(), instructions.data() + instructions.size(),
          registers.data());
  for (auto [result, source] : llvm::zip_equal(results, resultRegisters))
    result = f64(registers[source]);
}
