//===- Memory.cpp ---------------------------------------------------------===//

#include "test/FakeDriver/Memory.h"

#include <cstdlib>
#include <cstring>

using namespace dsc::fake;

/// No address of the host has this bit. Allocations lie far apart, so that an
/// address past the end of one is in no other.
static constexpr uint64_t kDevice = uint64_t(1) << 50;
static constexpr unsigned kSpacing = 34;
static constexpr size_t kPinnedAlignment = 64;

std::optional<uint64_t> Memory::allocate(uint64_t bytes) {
  if (bytes > limit - used)
    return std::nullopt;
  used += bytes;
  Allocation made{kDevice | next++ << kSpacing, bytes,
                  std::make_unique<char[]>(bytes), nullptr};
  // What nobody has written is no number.
  std::memset(made.own.get(), 0xff, bytes);
  made.data = made.own.get();
  uint64_t base = made.base;
  all.emplace(base, std::move(made));
  return base;
}

bool Memory::release(uint64_t base) {
  auto found = all.find(base);
  if (found == all.end() || !found->second.own)
    return false;
  used -= found->second.bytes;
  all.erase(found);
  return true;
}

void *Memory::allocatePinned(uint64_t bytes) {
  uint64_t whole = (bytes + kPinnedAlignment - 1) / kPinnedAlignment;
  void *memory = std::aligned_alloc(kPinnedAlignment, whole * kPinnedAlignment);
  auto base = reinterpret_cast<uint64_t>(memory);
  all.emplace(base,
              Allocation{base, bytes, nullptr, static_cast<char *>(memory)});
  return memory;
}

bool Memory::releasePinned(void *memory) {
  if (all.erase(reinterpret_cast<uint64_t>(memory)) == 0)
    return false;
  std::free(memory);
  return true;
}

Allocation *Memory::find(uint64_t address) {
  auto after = all.upper_bound(address);
  if (after == all.begin())
    return nullptr;
  Allocation &before = std::prev(after)->second;
  return address - before.base < before.bytes ? &before : nullptr;
}

char *Memory::resolve(uint64_t address, uint64_t bytes) {
  Allocation *found = find(address);
  if (!found || !found->own || bytes > found->bytes - (address - found->base))
    return nullptr;
  return found->data + (address - found->base);
}
