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

template <int Loads, Way Moves>
static inline void prefetch(float *const *arenas, int64_t index) {
  if constexpr (Moves == Way::ahead)
    for (int arena = 0; arena < Loads; ++arena)
      _mm_prefetch(arenas[arena] + index + kAhead, _MM_HINT_T0);
}

template <int Loads, int Stores, Way Moves>
__attribute__((target("avx512f"))) static void
loop512(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 16) {
    prefetch<Loads, Moves>(arenas, index);
    __m512 values[Loads];
    for (int arena = 0; arena < Loads; ++arena) {
      values[arena] = _mm512_load_ps(arenas[arena] + index);
      asm volatile("" : "+v"(values[arena]));
    }
    for (int arena = 0; arena < Stores; ++arena)
      if constexpr (Moves == Way::past)
        _mm512_stream_ps(arenas[arena] + index, values[arena]);
      else
        _mm512_store_ps(arenas[arena] + index, values[arena]);
  }
}

template <int Loads, int Stores, Way Moves>
__attribute__((target("avx2"))) static void
loop256(float *const *arenas, int64_t begin, int64_t end) {
  for (int64_t index = begin; index < end; index += 8) {
    if (index % 16 == 0)
      prefetch<Loads, Moves>(arenas, index);
    __m256 values[Loads];
    for (int arena = 0; arena < Loads; ++arena) {
      values[arena] = _mm256_load_ps(arenas[arena] + index);
      asm volatile("" : "+x"(values[arena]));
    }
    for (int arena = 0; arena < Stores; ++arena)
      if constexpr (Moves == Way::past)
        _mm256_stream_ps(arenas[arena] + index, values[arena]);
      else
        _mm256_store_ps(arenas[arena] + index, values[arena]);
  }
}

template <int Loads, int Stores, Way Moves> static LoadStore sized(bool wide) {
  return wide ? loop512<Loads, Stores, Moves> : loop256<Loads, Stores, Moves>;
}

template <int Loads, int Stores> static LoadStore choose(bool wide, Way way) {
  switch (way) {
  case Way::plain:
    return sized<Loads, Stores, Way::plain>(wide);
  case Way::ahead:
    return sized<Loads, Stores, Way::ahead>(wide);
  case Way::past:
    return sized<Loads, Stores, Way::past>(wide);
  }
  return nullptr;
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

LoadStore dsc::bench::loadStoreLoop(Traffic traffic, bool wide, Way way) {
  switch (traffic) {
  case Traffic::update:
    return choose<4, 3>(wide, way);
  case Traffic::allReduce:
    return choose<2, 2>(wide, way);
  case Traffic::rankUpdate:
    return choose<5, 4>(wide, way);
  }
  return nullptr;
}
