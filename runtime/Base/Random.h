//===- Random.h - counter-based random numbers ------------------*- C++ -*-===//
//
// Every random number of dsc is Philox4x32-10 of (seed; stream name, step,
// logical index): no state, so nothing to save, and the same value at any
// number of ranks. Source: Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_RANDOM_H
#define DSC_RUNTIME_BASE_RANDOM_H

#include <array>
#include <cstdint>
#include <string_view>

namespace dsc {

/// What Philox4x32-10 multiplies with, and what its keys grow by each round.
inline constexpr uint32_t kPhiloxMultipliers[] = {0xD2511F53u, 0xCD9E8D57u};
inline constexpr uint32_t kPhiloxKeySteps[] = {0x9E3779B9u, 0xBB67AE85u};
inline constexpr int kPhiloxRounds = 10;

/// The Philox4x32-10 block function.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter,
                               std::array<uint32_t, 2> key);

/// The word of a counter that separates streams of the same seed.
uint32_t hashStreamName(std::string_view name);

/// Numbers of one named stream ("init", "shuffle", "sample" ...) under a seed.
class RandomStream {
public:
  RandomStream(uint64_t seed, std::string_view name);

  /// Four words for logical index `index` at step `step`.
  std::array<uint32_t, 4> words(uint64_t step, uint64_t index) const;

  /// Uniform in [0, 1): 53 bits.
  double uniform(uint64_t step, uint64_t index) const;

  /// Standard normal by Box-Muller in f64 through our own log, sinpi and cospi,
  /// so that initial values have the same bits on every machine.
  double normal(uint64_t step, uint64_t index) const;

  /// Position of `index` in a random permutation of [0, size): a Feistel
  /// network walked until it lands inside. A bijection for every (seed, name,
  /// step).
  uint64_t permute(uint64_t step, uint64_t index, uint64_t size) const;

private:
  std::array<uint32_t, 2> key;
  uint32_t streamHash;
};

} // namespace dsc

#endif // DSC_RUNTIME_BASE_RANDOM_H
