//===- Memory.h - memory of a device that is none ---------------*- C++ -*-===//
//
// A device address is none of the host's: to follow one is a crash, as it would
// be with a real device. Every access is checked against its allocation.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKEDRIVER_MEMORY_H
#define DSC_TEST_FAKEDRIVER_MEMORY_H

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace dsc::fake {

struct Allocation {
  uint64_t base = 0, bytes = 0;
  std::unique_ptr<char[]> own; ///< the device's; pinned memory is its own base
  char *data = nullptr;
  /// Of addresses without memory: where some was given to them, by their begin.
  bool isReserved = false;
  std::map<uint64_t, uint64_t> mapped = {};

  /// Whether [offset, offset + count) may be touched.
  bool has(uint64_t offset, uint64_t count) const;
  /// Whether what must not be touched is as it was.
  bool isUntouched() const;
};

class Memory {
public:
  /// Of the device; null where the limit is reached.
  std::optional<uint64_t> allocate(uint64_t bytes);
  bool release(uint64_t base);

  /// Addresses alone, and memory for some of them.
  uint64_t reserve(uint64_t bytes);
  bool map(uint64_t address, uint64_t bytes);
  bool unmap(uint64_t address, uint64_t bytes);

  void *allocatePinned(uint64_t bytes);
  bool releasePinned(void *memory);
  bool isPinned(const void *memory, uint64_t bytes);

  /// The allocation that holds `address`, or null.
  Allocation *find(uint64_t address);

  /// Host memory of [address, address + bytes) of the device, or null.
  char *resolve(uint64_t address, uint64_t bytes);

  uint64_t limit = uint64_t(1) << 34, used = 0;

private:
  std::map<uint64_t, Allocation> all; ///< by base
  uint64_t next = 1;
};

} // namespace dsc::fake

#endif // DSC_TEST_FAKEDRIVER_MEMORY_H
