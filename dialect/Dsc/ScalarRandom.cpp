//===- ScalarRandom.cpp - random numbers of a step ------------------------===//

#include "dialect/Dsc/ScalarRandom.h"

#include "runtime/Base/Random.h"

#include <array>

using namespace mlir;
using namespace dsc;

static constexpr int64_t lowWord = 0xFFFFFFFF;

/// The block function of `philox`, each word an i64 below 2^32.
static std::array<Value, 4> emitPhilox(Scalar &s, std::array<Value, 4> counter,
                                       std::array<uint32_t, 2> key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    // Unsigned products of 32 bits fit in 64, whatever the sign is called.
    Value left = s.mulI(s.i64(kPhiloxMultipliers[0]), counter[0]);
    Value right = s.mulI(s.i64(kPhiloxMultipliers[1]), counter[2]);
    auto mix = [&](Value product, Value word, uint32_t keyWord) {
      Value high = s.shiftRightUnsigned(product, 32);
      return s.xorI(s.xorI(high, word), s.i64(keyWord));
    };
    counter = {mix(right, counter[1], key[0]), s.andI(right, s.i64(lowWord)),
               mix(left, counter[3], key[1]), s.andI(left, s.i64(lowWord))};
    key[0] += kPhiloxKeySteps[0];
    key[1] += kPhiloxKeySteps[1];
  }
  return counter;
}

Value dsc::emitUniform(Scalar &s, uint64_t seed, StringRef stream, Value step,
                       uint64_t index) {
  // As RandomStream::words shares the counter's bits.
  Value stepHigh = s.shiftRightUnsigned(step, 32);
  Value high =
      s.addI(s.i64(int64_t(index >> 32 & 0x00FFFFFF)),
             s.mulI(s.andI(stepHigh, s.i64(0xFF)), s.i64(int64_t(1) << 24)));
  std::array<Value, 4> word =
      emitPhilox(s,
                 {s.i64(int64_t(index & lowWord)), high,
                  s.andI(step, s.i64(lowWord)), s.i64(hashStreamName(stream))},
                 {uint32_t(seed), uint32_t(seed >> 32)});
  // 53 bits: 32 of the first word, 21 of the second.
  Value bits = s.addI(s.mulI(word[0], s.i64(int64_t(1) << 21)),
                      s.shiftRightUnsigned(word[1], 11));
  return s.mul(s.toF64(bits), s.f64(0x1p-53));
}
