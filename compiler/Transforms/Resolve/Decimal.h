//===- Decimal.h - the numbers that authors wrote ---------------*- C++ -*-===//
//
// A recipe is written in decimals: 12.5 % of a billion steps, 10 % of 3e-3. In
// binary such products round more than once and boundaries slip; here they are
// computed exactly, from the shortest decimal that reads back as the number.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_DECIMAL_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_DECIMAL_H

#include "mlir/Analysis/Presburger/Fraction.h"

#include <cstdint>
#include <optional>
#include <string>

namespace dsc {

/// A rational number of any size.
using Fraction = mlir::presburger::Fraction;

/// digits * 10^exponent.
struct Decimal {
  int64_t digits = 0; ///< at most 17 digits
  int exponent = 0;

  /// `number` is finite and not negative.
  static Decimal of(double number);
};

/// The decimal of `number`, which is finite, not negative and at most 1e18.
/// What lies below 1e-18 is dropped.
Fraction toFraction(double number);

/// The nearest integer, ties up; nullopt beyond 64 bits.
std::optional<int64_t> roundNearest(const Fraction &value);
/// The next integer above; nullopt beyond 64 bits.
std::optional<int64_t> roundUp(const Fraction &value);

/// With at most two digits after the point: "47.68", "50".
std::string formatFraction(const Fraction &value);

/// percent / 100 of `base` in decimals, rounded once.
double percentOf(double base, double percent);

/// base * factor^power in decimals, rounded once; `power` is small.
double timesPower(double base, double factor, int64_t power);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_DECIMAL_H
