//===- Arena.cpp ----------------------------------------------------------===//

#include "runtime/Device/Arena.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <cstdint>
#include <sys/mman.h>
#include <utility>

using namespace dsc;

static constexpr size_t kHugePage = size_t(2) << 20;

Arena::Arena(size_t bytes, Use use) {
  bool huge = bytes >= kHugePage;
  mapped = bytes + (huge ? kHugePage : 64);
  mapping = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED)
    throw Error(Exit::device, "there is no memory for a buffer of " +
                                  humanBytes(double(bytes)));
  uintptr_t address = reinterpret_cast<uintptr_t>(mapping);
  if (huge)
    address = (address + kHugePage - 1) & ~(kHugePage - 1);
  start = reinterpret_cast<void *>(address);
  if (huge && use == Use::whole)
    advise(0, bytes);
}

void Arena::advise(size_t begin, size_t end) {
  auto address = reinterpret_cast<uintptr_t>(start);
  uintptr_t first = (address + begin + kHugePage - 1) & ~(kHugePage - 1);
  uintptr_t last = address + end;
  if (first < last)
    ::madvise(reinterpret_cast<void *>(first), last - first, MADV_HUGEPAGE);
}

Arena::Arena(Arena &&other) noexcept
    : mapping(std::exchange(other.mapping, nullptr)), mapped(other.mapped),
      start(other.start) {}

Arena::~Arena() {
  if (mapping)
    ::munmap(mapping, mapped);
}
