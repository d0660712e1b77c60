//===- Memory.h - memory that sees misuse and races -------------*- C++ -*-===//
//
// Every byte remembers who wrote it last. Two threads of a block that touch a
// byte, one of them writing, race where they have not met at a barrier in
// between; so do two blocks of a launch. A read that comes before the other's
// write is not seen, but is in the reverse order, in which the machine runs
// every kernel too.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_PTX_MEMORY_H
#define DSC_TEST_UNIT_PTX_MEMORY_H

#include "test/unit/Ptx/Fault.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dsc::test::ptx {

/// A generic address: a region's number over an offset, so that an address past
/// the end of a region is in no other.
using Address = uint64_t;
inline constexpr unsigned kOffsetBits = 40;
inline constexpr Address kOffsetMask = (Address(1) << kOffsetBits) - 1;

/// Windows of the generic space, as numbers of regions. Addresses in the spaces
/// themselves are offsets from kSpaceBase, so that none of them is null.
inline constexpr uint64_t kConstantWindow = 0xFFFFF0;
inline constexpr uint64_t kSharedWindow = 0xFFFFF1;
inline constexpr uint64_t kLocalWindow = 0xFFFFF2;
inline constexpr uint64_t kSpaceBase = 0x1000;

/// How far the threads of a block have met. Its barriers are counted as they
/// open; such a count is an epoch.
struct Meetings {
  uint32_t opened = 0, whole = 0; ///< the last one; the last one of all threads
  /// Of each thread, since the latter: which threads it has met, and these
  /// alone. 0 for none.
  std::vector<uint32_t> parts;
};

/// Who touches memory, and since which barrier of its block.
struct Accessor {
  uint64_t block = 0; ///< number over all launches
  uint32_t thread = 0, epoch = 0;
  uint64_t oldest = 0; ///< first block of the launch
  const Meetings *meetings = nullptr;

  uint64_t stamp() const {
    return block << 32 | uint64_t(thread) << 22 | epoch;
  }
};

enum class Access { load, loadConstant, store };

class Region {
public:
  Region(std::string name, size_t bytes, bool isConstant = false);

  /// The bytes at `offset`. A Fault where they do not exist, are not aligned to
  /// their size, may not be written, or race.
  char *resolve(uint64_t offset, unsigned size, Access access,
                const Accessor &accessor) {
    if (offset % size != 0 || offset >= bytes.size() ||
        size > bytes.size() - offset)
      failAddress(offset, size);
    note(access);
    if (writers.empty())
      writers.resize(bytes.size());
    for (unsigned i = 0; i < size; ++i) {
      uint64_t &writer = writers[offset + i];
      if (writer >> 32 >= accessor.oldest && writer != accessor.stamp())
        checkRace(writer, offset + i, accessor);
      if (access == Access::store)
        writer = accessor.stamp();
    }
    return bytes.data() + offset;
  }

  void beginLaunch() { isLoadedAsConstant = isStored = false; }
  /// Whether the launch stored here; `before` is then what it found.
  bool isChanged() const { return isStored; }

  std::vector<char> bytes, before;
  std::string name;

private:
  void note(Access access) {
    isLoadedAsConstant |= access == Access::loadConstant;
    if (access == Access::store && !isStored) {
      before = bytes;
      isStored = true;
    }
    if (isStored && (isLoadedAsConstant || isConstant))
      failConstant();
  }
  void checkRace(uint64_t writer, uint64_t offset,
                 const Accessor &accessor) const;
  [[noreturn]] void failAddress(uint64_t offset, unsigned size) const;
  [[noreturn]] void failConstant() const;

  std::vector<uint64_t> writers; ///< of each byte, once it is used
  bool isConstant, isLoadedAsConstant = false, isStored = false;
};

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_MEMORY_H
