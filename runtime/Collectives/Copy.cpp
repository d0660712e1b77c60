//===- Copy.cpp -----------------------------------------------------------===//

#include "runtime/Collectives/Copy.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace dsc;

/// Half of a usual second-level cache.
static constexpr int64_t kLarge = int64_t(512) << 10;

#if defined(__x86_64__)
/// Copies up to where whole lines end; `to` begins one.
static int64_t streamLines(char *to, const char *from, int64_t bytes) {
  constexpr int64_t kLine = 64, kVector = sizeof(__m128i);
  int64_t end = bytes / kLine * kLine;
  for (int64_t line = 0; line < end; line += kLine)
    for (int64_t at = line; at < line + kLine; at += kVector)
      _mm_stream_si128(
          reinterpret_cast<__m128i *>(to + at),
          _mm_loadu_si128(reinterpret_cast<const __m128i *>(from + at)));
  _mm_sfence(); // before others are told that it is there
  return end;
}
#endif

void dsc::copyToPeer(char *to, const char *from, int64_t bytes) {
  int64_t done = 0;
#if defined(__x86_64__)
  done = std::min(bytes, int64_t(-reinterpret_cast<uintptr_t>(to) % 64));
  std::memcpy(to, from, size_t(done));
  done += streamLines(to + done, from + done, bytes - done);
#endif
  std::memcpy(to + done, from + done, size_t(bytes - done));
}

void dsc::copyFromPeer(char *to, const char *from, int64_t bytes) {
  if (bytes >= kLarge)
    copyToPeer(to, from, bytes);
  else
    std::memcpy(to, from, size_t(bytes));
}
