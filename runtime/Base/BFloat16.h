//===- BFloat16.h - bf16 and f16 as integers --------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_BFLOAT16_H
#define DSC_RUNTIME_BASE_BFLOAT16_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace dsc {

/// Rounds to the nearest bf16, ties to even; a NaN stays one.
inline uint16_t toBFloat16(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u)
    return uint16_t(bits >> 16 | 0x40);
  return uint16_t((bits + 0x7FFFu + (bits >> 16 & 1)) >> 16);
}

inline float fromBFloat16(uint16_t value) {
  return std::bit_cast<float>(uint32_t(value) << 16);
}

/// IEEE half precision, exact.
inline float fromHalf(uint16_t value) {
  int exponent = value >> 10 & 31, mantissa = value & 1023;
  float magnitude = exponent == 31 ? (mantissa ? NAN : INFINITY)
                    : exponent == 0
                        ? std::ldexp(float(mantissa), -24)
                        : std::ldexp(float(mantissa + 1024), exponent - 25);
  return value & 0x8000 ? -magnitude : magnitude;
}

} // namespace dsc

#endif // DSC_RUNTIME_BASE_BFLOAT16_H
