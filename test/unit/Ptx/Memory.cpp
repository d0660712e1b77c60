//===- Memory.cpp ---------------------------------------------------------===//

#include "test/unit/Ptx/Memory.h"

using namespace dsc::test::ptx;

Region::Region(std::string name, size_t size, bool isConstant)
    : bytes(size), name(std::move(name)), isConstant(isConstant) {}

void Region::checkRace(uint64_t writer, uint64_t offset,
                       const Accessor &accessor) const {
  std::string where =
      " touches byte " + std::to_string(offset) + " of " + name + ", which ";
  if (writer >> 32 != accessor.block)
    throw Fault("a race:" + where + "another block wrote");
  uint32_t epoch = writer & 0x3FFFFF, thread = writer >> 22 & 0x3FF;
  const Meetings &meetings = *accessor.meetings;
  if (thread == accessor.thread || epoch < meetings.whole)
    return;
  uint32_t part = meetings.parts[thread];
  bool haveMet = part != 0 && part == meetings.parts[accessor.thread];
  if (!haveMet || epoch == accessor.epoch)
    throw Fault("a race:" + where + "thread " + std::to_string(thread) +
                " wrote since the last barrier of both");
}

void Region::failAddress(uint64_t offset, unsigned size) const {
  std::string what = std::to_string(size) + " bytes at offset " +
                     std::to_string(int64_t(offset)) + " of " + name;
  if (offset < bytes.size() && offset % size != 0)
    throw Fault(what + " are not aligned to their size");
  throw Fault(what + ", which has " + std::to_string(bytes.size()));
}

void Region::failConstant() const {
  throw Fault(isConstant ? name + " is written, which is constant"
                         : name + " is written in a launch that loads it as "
                                  "constant (.nc)");
}
