//===- BlockRun.h - the threads of a block ----------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_BLOCKRUN_H
#define DSC_TEST_UNIT_PTX_BLOCKRUN_H

#include "test/unit/Ptx/Machine.h"

namespace dsc::test::ptx {

/// Runs the blocks of a launch, one after the other, with registers that keep
/// their place.
class BlockRun {
public:
  BlockRun(const Block &block, const Launch &launch, Order order,
           uint64_t limit);

  /// One block to its end; `number` is its number over all launches.
  void run(std::array<uint32_t, 3> index, uint64_t number, uint64_t oldest);

  uint64_t getCount() const { return count; }

private:
  void begin(std::array<uint32_t, 3> index, uint64_t number, uint64_t oldest);
  void runToBarrier(Thread &thread);
  /// A thread waits; true where it is the last one that its barrier expects.
  bool arrive(const Thread &thread);
  void checkMeeting(const Thread &last) const;
  void open(uint32_t barrier);
  [[noreturn]] void fail(const Thread &thread, const Instruction *at,
                         const std::string &message) const;

  struct Barrier {
    uint32_t arrived = 0, expected = 0;
    const Instruction *next = nullptr; ///< behind it
    /// Threads that it has let go since all of the block have met.
    uint32_t members = 0;
  };

  Block block;
  Launch launch;
  Order order;
  uint64_t limit, count = 0;
  Region shared;
  std::vector<Region> local;
  std::vector<uint64_t> slots;
  std::vector<Thread> threads;
  std::array<Barrier, kBarriers> barriers = {};
  Meetings meetings;
  std::array<uint32_t, 3> blockIndex = {};
};

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_BLOCKRUN_H
