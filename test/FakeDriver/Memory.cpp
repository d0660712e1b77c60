//===- Memory.cpp ---------------------------------------------------------===//

#include "test/FakeDriver/Memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

using namespace dsc::fake;

/// No address of the host has this bit. Allocations lie far apart, so that an
/// address past the end of one is in no other.
static constexpr uint64_t kDevice = uint64_t(1) << 50;
static constexpr unsigned kSpacing = 34;
static constexpr size_t kPinnedAlignment = 64;
static constexpr char kBlank = char(0xff);

std::optional<uint64_t> Memory::allocate(uint64_t bytes) {
  if (bytes > limit - used)
    return std::nullopt;
  used += bytes;
  Allocation made{kDevice | next++ << kSpacing, bytes,
                  std::make_unique<char[]>(bytes), nullptr};
  // What nobody has written is no number.
  std::memset(made.own.get(), kBlank, bytes);
  made.data = made.own.get();
  uint64_t base = made.base;
  all.emplace(base, std::move(made));
  return base;
}

bool Memory::release(uint64_t base) {
  auto found = all.find(base);
  if (found == all.end() || !found->second.own)
    return false;
  if (!found->second.isReserved)
    used -= found->second.bytes;
  all.erase(found);
  return true;
}

bool Allocation::has(uint64_t offset, uint64_t count) const {
  if (!isReserved)
    return offset <= bytes && count <= bytes - offset;
  auto after = mapped.upper_bound(offset);
  if (after == mapped.begin())
    return false;
  auto [begin, size] = *std::prev(after);
  return offset - begin <= size && count <= size - (offset - begin);
}

bool Allocation::isUntouched() const {
  uint64_t at = 0;
  auto isBlank = [&](uint64_t end) {
    return std::all_of(data + at, data + end,
                       [](char byte) { return byte == kBlank; });
  };
  for (auto [begin, size] : mapped) {
    if (!isBlank(begin))
      return false;
    at = begin + size;
  }
  return !isReserved || isBlank(bytes);
}

uint64_t Memory::reserve(uint64_t bytes) {
  uint64_t before = used;
  uint64_t left = std::exchange(limit, ~uint64_t(0));
  uint64_t base = *allocate(bytes);
  limit = left;
  used = before;
  all.at(base).isReserved = true;
  return base;
}

bool Memory::map(uint64_t address, uint64_t bytes) {
  Allocation *found = find(address);
  if (!found || !found->isReserved ||
      bytes > found->bytes - (address - found->base))
    return false;
  return found->mapped.try_emplace(address - found->base, bytes).second;
}

bool Memory::unmap(uint64_t address, uint64_t bytes) {
  Allocation *found = find(address);
  auto mapping = found ? found->mapped.find(address - found->base)
                       : std::map<uint64_t, uint64_t>::iterator();
  if (!found || mapping == found->mapped.end() || mapping->second != bytes)
    return false;
  std::memset(found->data + mapping->first, kBlank, bytes);
  found->mapped.erase(mapping);
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

bool Memory::isPinned(const void *memory, uint64_t bytes) {
  auto address = reinterpret_cast<uint64_t>(memory);
  Allocation *found = find(address);
  return found && !found->own && found->has(address - found->base, bytes);
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
  if (!found || !found->own || !found->has(address - found->base, bytes))
    return nullptr;
  return found->data + (address - found->base);
}
