//===- LoadStore.cpp ------------------------------------------------------===//
//
// Written with intrinsics, so that no compiler sees that each store writes what
// the load read.
//
//===----------------------------------------------------------------------===//

#include "tools/bench/adamw/LoadStore.h"

#include <immintrin.h>

using namespace dsc::bench;

static constexpr int64_t kAhead = 512;

template <bool Ahead>
static inline void prefetch(float *const *arenas, int64_t index) {
  if constexpr (Ahead)
    for (int arena = 0; arena < 4; ++arena)
      _mm_prefetch(arenas[arena] + index + kAhead, _MM_HINT_T0);
}

template <bool Ahead>
__attribute__((target("avx512f"))) static void
loop512(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 16) {
    prefetch<Ahead>(arenas, index);
    __m512 values[4];
    for (int arena = 0; arena < 4; ++arena) {
      values[arena] = _mm512_load_ps(arenas[arena] + index);
      asm volatile("" : "+v"(values[arena]));
    }
    for (int arena = 0; arena < 3; ++arena)
      _mm512_store_ps(arenas[arena] + index, values[arena]);
  }
}

template <bool Ahead>
__attribute__((target("avx2"))) static void
loop256(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 8) {
    if (index % 16 == 0)
      prefetch<Ahead>(arenas, index);
    __m256 values[4];
    for (int arena = 0; arena < 4; ++arena) {
      values[arena] = _mm256_load_ps(arenas[arena] + index);
      asm volatile("" : "+x"(values[arena]));
    }
    for (int arena = 0; arena < 3; ++arena)
      _mm256_store_ps(arenas[arena] + index, values[arena]);
  }
}

LoadStore dsc::bench::loadStoreLoop(bool wide, bool ahead) {
  if (wide)
    return ahead ? loop512<true> : loop512<false>;
  return ahead ? loop256<true> : loop256<false>;
}
