//===- Allocator.cpp - memory for activations -----------------------------===//
//
// Size classes: eight to each power of two, so a block wastes an eighth at most.
// What is known of a block stands beside it, not in it, so that a tensor of a
// power of two fits its class and huge pages exactly.
// Memory is bounded: when a request finds no block although most of what is kept
// is unused (another shape has come: an evaluation, a sample), all of it goes
// back first.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <sys/mman.h>

#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t(2) << 20;
constexpr size_t kSmallest = 1024;
constexpr unsigned kSteps = 8; // classes to a power of two
constexpr size_t kClasses = 64 * kSteps;

struct Block {
  void *data;
  size_t sizeClass;
  Block *next;
};

/// Bytes of a class.
size_t bytesOf(size_t sizeClass) {
  size_t power = sizeClass / kSteps, step = sizeClass % kSteps;
  return (size_t(kSteps) + step) << power;
}

/// The smallest class of at least `bytes`.
size_t classOf(size_t bytes) {
  unsigned power = std::bit_width(bytes - 1) - std::bit_width(kSteps - 1) - 1;
  size_t steps = ((bytes - 1) >> power) + 1; // in (kSteps, 2 * kSteps]
  return size_t(power) * kSteps + steps - kSteps;
}

void *fromSystem(size_t bytes) {
  if (bytes < kHugePage)
    return std::aligned_alloc(kAlignment, bytes);
  size_t rounded = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void *data = std::aligned_alloc(kHugePage, rounded);
  if (data)
    madvise(data, rounded, MADV_HUGEPAGE);
  return data;
}

class Cache {
public:
  Block *take(size_t size) {
    size_t sizeClass = classOf(std::max(size, kSmallest));
    size_t bytes = bytesOf(sizeClass);
    std::lock_guard lock(mutex);
    Block *block = kept[sizeClass];
    if (block) {
      kept[sizeClass] = block->next;
      keptBytes -= bytes;
    } else {
      block = new Block{fresh(bytes), sizeClass, nullptr};
    }
    usedBytes += bytes;
    return block;
  }

  void give(Block *block) {
    size_t bytes = bytesOf(block->sizeClass);
    std::lock_guard lock(mutex);
    block->next = kept[block->sizeClass];
    kept[block->sizeClass] = block;
    keptBytes += bytes;
    usedBytes -= bytes;
  }

private:
  void *fresh(size_t bytes) {
    if (keptBytes > usedBytes + kHugePage)
      release();
    void *data = fromSystem(bytes);
    if (!data) {
      release();
      data = fromSystem(bytes);
    }
    TORCH_CHECK_WITH(OutOfMemoryError, data, "cannot allocate ", bytes,
                     " bytes, ", usedBytes, " are in use");
    return data;
  }

  void release() {
    for (Block *&list : kept)
      while (Block *block = list) {
        list = block->next;
        std::free(block->data);
        delete block;
      }
    keptBytes = 0;
  }

  std::mutex mutex;
  Block *kept[kClasses] = {};
  size_t keptBytes = 0;
  size_t usedBytes = 0;
};

/// Never destroyed: tensors may outlive every static object.
Cache &cache() {
  static Cache *theCache = new Cache;
  return *theCache;
}

void giveBack(void *block) { cache().give(static_cast<Block *>(block)); }

class CachingAllocator final : public c10::Allocator {
public:
  c10::DataPtr allocate(size_t bytes) override {
    c10::Device device(c10::DeviceType::CPU);
    if (bytes == 0)
      return {nullptr, device};
    Block *block = cache().take(bytes);
    return {block->data, block, &giveBack, device};
  }
  void copy_data(void *to, const void *from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
};

} // namespace

void dsc::torch_engine::installAllocator() {
  static CachingAllocator *allocator = [] {
    auto *made = new CachingAllocator;
    c10::SetCPUAllocator(made, /*priority=*/1);
    return made;
  }();
  (void)allocator;
}
