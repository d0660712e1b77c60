//===- CatalogHoldout.cpp - which records are never trained on ------------===//

#include "runtime/Data/CatalogHoldout.h"

#include "runtime/Base/Random.h"

#include <algorithm>
#include <cmath>

using namespace dsc;

RecordSplit dsc::splitRecords(uint64_t records, double fraction,
                              uint64_t seed) {
  uint64_t count = uint64_t(std::llround(fraction * double(records)));
  count = std::min(count, records);
  RandomStream stream(seed, "holdout");
  RecordSplit split;
  // The image of [0, count), not its preimage: only what is drawn is computed.
  for (uint64_t i = 0; i < count; ++i)
    split.heldOut.push_back(uint32_t(stream.permute(0, i, records)));
  std::sort(split.heldOut.begin(), split.heldOut.end());
  split.training.reserve(records - count);
  auto next = split.heldOut.begin();
  for (uint64_t record = 0; record < records; ++record) {
    if (next != split.heldOut.end() && *next == record)
      ++next;
    else
      split.training.push_back(uint32_t(record));
  }
  return split;
}
