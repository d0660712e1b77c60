//===- LoadStore.h - the memory traffic of an update ------------*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_ADAMW_LOADSTORE_H
#define DSC_TOOLS_BENCH_ADAMW_LOADSTORE_H

#include <cstdint>

namespace dsc::bench {

/// Elements [begin, end), multiples of 16, of four arenas aligned to 64 bytes:
/// loads all four, stores the first three as they were, computes nothing. What
/// no update of the same arrays can beat.
using LoadStore = void (*)(float *const *arenas, int64_t begin, int64_t end);

/// The loop with vectors of 512 bits if `wide`, else 256; asking for memory
/// `ahead` elements early, as the update does, or not at all.
LoadStore loadStoreLoop(bool wide, bool ahead);

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_ADAMW_LOADSTORE_H
