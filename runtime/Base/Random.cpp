//===- Random.cpp ---------------------------------------------------------===//

#include "runtime/Base/Random.h"

#include <bit>
#include <cmath>

using namespace dsc;

std::array<uint32_t, 4> dsc::philox(std::array<uint32_t, 4> counter,
                                    std::array<uint32_t, 2> key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    uint64_t left = uint64_t(kPhiloxMultipliers[0]) * counter[0];
    uint64_t right = uint64_t(kPhiloxMultipliers[1]) * counter[2];
    counter = {uint32_t(right >> 32) ^ counter[1] ^ key[0], uint32_t(right),
               uint32_t(left >> 32) ^ counter[3] ^ key[1], uint32_t(left)};
    key[0] += kPhiloxKeySteps[0];
    key[1] += kPhiloxKeySteps[1];
  }
  return counter;
}

/// FNV-1a.
uint32_t dsc::hashStreamName(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : name)
    hash = (hash ^ c) * 16777619u;
  return hash;
}

RandomStream::RandomStream(uint64_t seed, std::string_view name)
    : key{uint32_t(seed), uint32_t(seed >> 32)},
      streamHash(hashStreamName(name)) {}

std::array<uint32_t, 4> RandomStream::words(uint64_t step,
                                            uint64_t index) const {
  // Steps and indices share 96 bits: 40 for the step, 56 for the index.
  uint32_t high = (uint32_t(index >> 32) & 0x00FFFFFFu) | uint32_t(step >> 32)
                                                              << 24;
  return philox({uint32_t(index), high, uint32_t(step), streamHash}, key);
}

static double unit(uint32_t high, uint32_t low) {
  return double((uint64_t(high) << 32 | low) >> 11) * 0x1p-53;
}

double RandomStream::uniform(uint64_t step, uint64_t index) const {
  auto word = words(step, index);
  return unit(word[0], word[1]);
}

namespace {

/// log of a positive normal f64: atanh series on [sqrt(1/2), sqrt(2)], explicit
/// operations only. Accurate to a few ulp, which is all that a sample needs;
/// what matters is that no libm is asked.
double portableLog(double x) {
  uint64_t bits = std::bit_cast<uint64_t>(x);
  int exponent = int(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFFull) |
                                   0x3FF0000000000000ull);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int k = 21; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return exponent * 0.6931471805599453 + 2 * s * sum;
}

/// cos(2 pi x) for x in [0, 1) by reduction to an eighth of the circle.
double portableCosTwoPi(double x) {
  double folded = x > 0.5 ? 1 - x : x; // even about 1/2
  bool flip = folded > 0.25;           // cos(pi - a) = -cos(a)
  if (flip)
    folded = 0.5 - folded;
  double a = folded * 6.283185307179586, square = a * a, sum = 0, term;
  if (folded <= 0.125) {
    for (int k = 18; k >= 2; k -= 2)
      sum = (1 + sum) * -square / ((k - 1) * k);
    term = 1 + sum;
  } else {
    double b = (0.25 - folded) * 6.283185307179586, bb = b * b;
    for (int k = 19; k >= 3; k -= 2)
      sum = (1 + sum) * -bb / ((k - 1) * k);
    term = b * (1 + sum);
  }
  return flip ? -term : term;
}

} // namespace

double RandomStream::normal(uint64_t step, uint64_t index) const {
  auto word = words(step, index);
  double radius = 1 - unit(word[0], word[1]); // (0, 1]
  return std::sqrt(-2 * portableLog(radius)) *
         portableCosTwoPi(unit(word[2], word[3]));
}

uint64_t RandomStream::permute(uint64_t step, uint64_t index,
                               uint64_t size) const {
  if (size < 2)
    return index;
  unsigned half = (std::bit_width(size - 1) + 1) / 2;
  uint64_t mask = (uint64_t(1) << half) - 1;
  // The domain is below four times `size`: few walks leave it more than twice.
  do {
    uint64_t left = index >> half, right = index & mask;
    for (uint32_t round = 0; round < 6; ++round) {
      auto word = words(step, right | uint64_t(round + 1) << 48);
      uint64_t next = left ^ ((uint64_t(word[0]) << 32 | word[1]) & mask);
      left = right;
      right = next;
    }
    index = left << half | right;
  } while (index >= size);
  return index;
}
