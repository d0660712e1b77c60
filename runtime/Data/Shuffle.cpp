//===- Shuffle.cpp - an epoch's order of records --------------------------===//

#include "runtime/Data/Shuffle.h"

#include "runtime/Base/Random.h"

#include <utility>

using namespace dsc;

std::vector<uint32_t> dsc::shuffled(std::vector<uint32_t> items, uint64_t seed,
                                    uint64_t epoch) {
  RandomStream stream(seed, "shuffle");
  for (uint64_t left = items.size(); left > 1; --left) {
    auto word = stream.words(epoch, left);
    // The high half of the product is uniform in [0, left) up to 2^-32.
    uint64_t bits = uint64_t(word[0]) << 32 | word[1];
    uint64_t drawn = uint64_t((unsigned __int128)(bits)*left >> 64);
    std::swap(items[left - 1], items[drawn]);
  }
  return items;
}
