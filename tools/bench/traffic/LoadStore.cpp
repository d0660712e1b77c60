//===- LoadStore.cpp ------------------------------------------------------===//
//
// Written with intrinsics, so that no compiler sees that each store writes what
// the load read.
//
//===----------------------------------------------------------------------===//

#include "tools/bench/traffic/LoadStore.h"

#include <immintrin.h>

using namespace dsc::bench;

static constexpr int64_t kAhead = 512;

template <int Loads, bool Ahead>
static inline void prefetch(float *const *arenas, int64_t index) {
  if constexpr (Ahead)
    for (int arena = 0; arena < Loads; ++arena)
      _mm_prefetch(arenas[arena] + index + kAhead, _MM_HINT_T0);
}

template <int Loads, int Stores, bool Ahead>
__attribute__((target("avx512f"))) static void
loop512(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 16) {
    prefetch<Loads, Ahead>(arenas, index);
    __m512 values[Loads];
    for (int arena = 0; arena < Loads; ++arena) {
      values[arena] = _mm512_load_ps(arenas[arena] + index);
      asm volatile("" : "+v"(values[arena]));
    }
    for (int arena = 0; arena < Stores; ++arena)
      _mm512_store_ps(arenas[arena] + index, values[arena]);
  }
}

template <int Loads, int Stores, bool Ahead>
__attribute__((target("avx2"))) static void
loop256(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 8) {
    if (index % 16 == 0)
      prefetch<Loads, Ahead>(arenas, index);
    __m256 values[Loads];
    for (int arena = 0; arena < Loads; ++arena) {
      values[arena] = _mm256_load_ps(arenas[arena] + index);
      asm volatile("" : "+x"(values[arena]));
    }
    for (int arena = 0; arena < Stores; ++arena)
      _mm256_store_ps(arenas[arena] + index, values[arena]);
  }
}

template <int Loads, int Stores>
static LoadStore choose(bool wide, bool ahead) {
  if (wide)
    return ahead ? loop512<Loads, Stores, true> : loop512<Loads, Stores, false>;
  return ahead ? loop256<Loads, Stores, true> : loop256<Loads, Stores, false>;
}

int dsc::bench::arenasOf(Traffic traffic) {
  switch (traffic) {
  case Traffic::update:
    return 4;
  case Traffic::allReduce:
    return 2;
  case Traffic::rankUpdate:
    return 5;
  }
  return 0;
}

LoadStore dsc::bench::loadStoreLoop(Traffic traffic, bool wide, bool ahead) {
  switch (traffic) {
  case Traffic::update:
    return choose<4, 3>(wide, ahead);
  case Traffic::allReduce:
    return choose<2, 2>(wide, ahead);
  case Traffic::rankUpdate:
    return choose<5, 4>(wide, ahead);
  }
  return nullptr;
}
