//===- Allocator.cpp - memory for activations -----------------------------===//
//
// Size classes: eight to each power of two, so a block wastes an eighth at
// most. A block's class stands in one cache line in front of its data, because
// parts of LibTorch free a block by nothing but the data's address. Memory is
// bounded: when a request finds no block although most of what is kept is
// unused (another shape has come: an evaluation, a sample), all of it goes back
// first.
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

struct alignas(kAlignment) Block {
  size_t sizeClass;
  size_t bytes; ///< that were asked for
  Block *next;

  void *data() { return this + 1; }
  static Block *of(void *data) { return static_cast<Block *>(data) - 1; }
};

/// Bytes of data in a block of a class.
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

/// A block for `bytes` of data, or null. A part of a huge page at the end is
/// left to small pages, so that a tensor of 2 MiB does not take 4.
Block *fromSystem(size_t bytes) {
  size_t whole = sizeof(Block) + bytes;
  if (bytes < kHugePage)
    return static_cast<Block *>(std::aligned_alloc(kAlignment, whole));
  void *memory = std::aligned_alloc(kHugePage, whole);
  if (memory)
    madvise(memory, whole, MADV_HUGEPAGE);
  return static_cast<Block *>(memory);
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
      block = fresh(bytes);
      block->sizeClass = sizeClass;
    }
    usedBytes += bytes;
    block->bytes = size;
    askedBytes += size;
    most.most = std::max(most.most, askedBytes);
    most.held = std::max(most.held, usedBytes + keptBytes);
    return block;
  }

  void give(Block *block) {
    size_t bytes = bytesOf(block->sizeClass);
    std::lock_guard lock(mutex);
    block->next = kept[block->sizeClass];
    kept[block->sizeClass] = block;
    keptBytes += bytes;
    usedBytes -= bytes;
    askedBytes -= block->bytes;
  }

  dsc::torch_engine::PlaceMemory mostMemory() {
    std::lock_guard lock(mutex);
    return most;
  }

private:
  Block *fresh(size_t bytes) {
    if (keptBytes > usedBytes + kHugePage)
      release();
    Block *block = fromSystem(bytes);
    if (!block) {
      release();
      block = fromSystem(bytes);
    }
    TORCH_CHECK_WITH(OutOfMemoryError, block, "cannot allocate ", bytes,
                     " bytes, ", usedBytes, " are in use");
    return block;
  }

  void release() {
    for (Block *&list : kept)
      while (Block *block = list) {
        list = block->next;
        std::free(block);
      }
    keptBytes = 0;
  }

  std::mutex mutex;
  Block *kept[kClasses] = {};
  size_t keptBytes = 0;
  size_t usedBytes = 0;
  size_t askedBytes = 0;
  dsc::torch_engine::PlaceMemory most;
};

/// Never destroyed: tensors may outlive every static object.
Cache &cache() {
  static Cache *theCache = new Cache;
  return *theCache;
}

void giveBack(void *data) {
  if (data)
    cache().give(Block::of(data));
}

class CachingAllocator final : public c10::Allocator {
public:
  c10::DataPtr allocate(size_t bytes) override {
    void *data = bytes == 0 ? nullptr : cache().take(bytes)->data();
    return {data, data, &giveBack, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }
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

dsc::torch_engine::PlaceMemory dsc::torch_engine::allocatedMemory() {
  return cache().mostMemory();
}
