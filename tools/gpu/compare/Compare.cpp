//===- Compare.cpp --------------------------------------------------------===//

#include "tools/gpu/compare/Compare.h"

#include "runtime/Artifact/Types.h"

#include <atomic>
#include <cstring>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::gpu;

static uint64_t bitsAt(const void *memory, int64_t index, int64_t size) {
  uint64_t bits = 0;
  std::memcpy(&bits, static_cast<const char *>(memory) + index * size, size);
  return bits;
}

static bool isNaN(plan::DType type, uint64_t bits) {
  switch (type) {
  case plan::DType::f32:
    return (bits & 0x7FFFFFFF) > 0x7F800000;
  case plan::DType::f64:
    return (bits & 0x7FFFFFFFFFFFFFFF) > 0x7FF0000000000000;
  case plan::DType::bf16:
    return (bits & 0x7FFF) > 0x7F80;
  default:
    return false;
  }
}

void gpu::compare(plan::DType type, const void *expected, const void *found,
                  int64_t count, const std::string &label, ThreadPool &pool,
                  Count &total) {
  int64_t size = elementBytes(type);
  std::atomic<int64_t> differing = 0, first = count;
  pool.run(count, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      uint64_t a = bitsAt(expected, index, size),
               b = bitsAt(found, index, size);
      if (a == b || (isNaN(type, a) && isNaN(type, b)))
        continue;
      ++differing;
      for (int64_t seen = first; index < seen;)
        if (first.compare_exchange_weak(seen, index))
          break;
    }
  });
  total.values += count;
  if (differing > 0 && total.differing == 0)
    total.first = fmt::format(
        "{}, value {}: the host has {:x}, the device {:x}", label, first.load(),
        bitsAt(expected, first, size), bitsAt(found, first, size));
  total.differing += differing;
}
