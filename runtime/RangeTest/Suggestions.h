//===- Suggestions.h - points on the curve of a range test ------*- C++ -*-===//
//
// Private to RangeTest. Each takes the smoothed losses and their LRs from the
// first that counts and returns an index among them; there are at least two.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_RANGETEST_SUGGESTIONS_H
#define DSC_RUNTIME_RANGETEST_SUGGESTIONS_H

#include <cstddef>
#include <span>

namespace dsc {

/// About the middle of the longest fall: of the longest decreasing subsequence
/// that ends first, length L, last index e, the point e - L + floor(L / 3) +
/// floor(L / 6).
size_t findValley(std::span<const double> losses);

/// Where the loss falls fastest per unit of ln(LR), measured over `width`
/// points to either side: from point to point it would be noise.
size_t findSteepest(std::span<const double> losses, std::span<const double> lr,
                    size_t width);

/// The left end of the last window of 15 points, slid from the right end while
/// the slopes at its two ends differ by more than 0.005.
size_t findSlide(std::span<const double> losses);

} // namespace dsc

#endif // DSC_RUNTIME_RANGETEST_SUGGESTIONS_H
