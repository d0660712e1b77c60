//===- Limits.h - how far the numbers of a run go ---------------*- C++ -*-===//
//
// The compiler refuses what goes beyond, and a run holds itself to it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_LIMITS_H
#define DSC_RUNTIME_BASE_LIMITS_H

#include <cstdint>

namespace dsc {

/// Longer than any run, and exact in f64 with room for products.
inline constexpr int64_t kMostSteps = 1'000'000'000'000'000;

/// More ranks on one host are a slip.
inline constexpr int64_t kMostRanksOfHost = 4096;

/// Far above any learning rate, far below what f32 holds.
inline constexpr double kMostRate = 1e30;

} // namespace dsc

#endif // DSC_RUNTIME_BASE_LIMITS_H
