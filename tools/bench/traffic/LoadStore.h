//===- LoadStore.h - memory traffic without arithmetic ----------*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_TRAFFIC_LOADSTORE_H
#define DSC_TOOLS_BENCH_TRAFFIC_LOADSTORE_H

#include <cstdint>

namespace dsc::bench {

/// Elements [begin, end), multiples of 16, of arenas aligned to 64 bytes: loads
/// all, stores the first ones as they were, computes nothing. What nothing that
/// moves the same arrays can beat.
using LoadStore = void (*)(float *const *arenas, int64_t begin, int64_t end);

/// For each element, what a loop moves.
enum class Traffic {
  update,    ///< 4 loads, 3 stores: AdamW over parameters and gradients
  allReduce, ///< 2 loads, 2 stores: two ranks' gradients become their sum
  rankUpdate ///< 5 loads, 4 stores: the same, AdamW, parameters of two ranks
};

/// Arenas that a loop loads from.
int arenasOf(Traffic traffic);

/// How a loop moves them.
enum class Way {
  plain,
  ahead, ///< asking for memory early, as the update does
  past   ///< with stores that go past the caches
};

/// The loop with vectors of 512 bits if `wide`, else 256.
LoadStore loadStoreLoop(Traffic traffic, bool wide, Way way);

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_TRAFFIC_LOADSTORE_H
