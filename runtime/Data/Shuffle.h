//===- Shuffle.h - an epoch's order of records ------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_DATA_SHUFFLE_H
#define DSC_RUNTIME_DATA_SHUFFLE_H

#include <cstdint>
#include <vector>

namespace dsc {

/// `items` in the order of `epoch`: a Fisher-Yates shuffle by stream "shuffle".
/// Where a whole permutation is needed it is many times faster than computing
/// each place with RandomStream::permute().
std::vector<uint32_t> shuffled(std::vector<uint32_t> items, uint64_t seed,
                               uint64_t epoch);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_SHUFFLE_H
