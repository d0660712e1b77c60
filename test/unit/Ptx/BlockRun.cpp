//===- BlockRun.cpp -------------------------------------------------------===//

#include "test/unit/Ptx/BlockRun.h"

#include <algorithm>

using namespace dsc::test::ptx;

/// Registers of all threads together: a gigabyte.
static constexpr uint64_t kMostSlots = uint64_t(1) << 27;
static constexpr uint32_t kMostEpochs = 1 << 22;

/// What registers and memory hold that nobody wrote, in one order and in the
/// other: a result made of it differs.
static uint64_t junkOf(Order order) {
  return order == Order::forward ? 0xA5C3F00D96B4E187 : 0x3B1D7E2269F8045A;
}

BlockRun::BlockRun(const Block &block, const Launch &launch, Order order,
                   uint64_t limit)
    : block(block), launch(launch), order(order), limit(limit),
      shared("shared memory", block.kernel->sharedBytes + launch.sharedBytes) {
  const Kernel &kernel = *block.kernel;
  uint64_t count =
      uint64_t(launch.block[0]) * launch.block[1] * launch.block[2];
  uint64_t stride = kernel.registers + kernel.constants.size();
  if (count * stride > kMostSlots)
    throw Fault("kernel '" + kernel.name + "' has too many registers");
  this->block.shared = &shared;
  slots.assign(count * stride, junkOf(order));
  local.assign(count, Region("local memory", kernel.localBytes));
  threads.resize(count);
  for (uint64_t i = 0; i < count; ++i) {
    threads[i].slots = slots.data() + i * stride;
    threads[i].block = &this->block;
    threads[i].local = &local[i];
    std::ranges::copy(kernel.constants, threads[i].slots + kernel.registers);
  }
}

void BlockRun::begin(std::array<uint32_t, 3> index, uint64_t number,
                     uint64_t oldest) {
  blockIndex = index;
  auto spoil = [&](Region &region) {
    std::ranges::fill(region.bytes, char(junkOf(order)));
  };
  spoil(shared);
  std::ranges::for_each(local, spoil);
  for (uint32_t i = 0; i < threads.size(); ++i) {
    Thread &thread = threads[i];
    thread.state = Thread::running;
    thread.next = block.kernel->code.data();
    thread.accessor = {number, i, 0, oldest};
    uint64_t *special = thread.slots;
    const std::array<uint32_t, 3> &size = launch.block;
    *special++ = i % size[0];
    *special++ = i / size[0] % size[1];
    *special++ = i / size[0] / size[1];
    special = std::ranges::copy(size, special).out;
    special = std::ranges::copy(index, special).out;
    special = std::ranges::copy(launch.grid, special).out;
    *special = i % 32;
  }
}

void BlockRun::run(std::array<uint32_t, 3> index, uint64_t number,
                   uint64_t oldest) {
  begin(index, number, oldest);
  do {
    if (order == Order::forward)
      for (auto thread = threads.begin(); thread != threads.end(); ++thread)
        runToBarrier(*thread);
    else
      for (auto thread = threads.rbegin(); thread != threads.rend(); ++thread)
        runToBarrier(*thread);
  } while (!releaseBarrier());
}

void BlockRun::runToBarrier(Thread &thread) {
  uint64_t left = limit - count;
  const Instruction *at = thread.next;
  try {
    for (; thread.state == Thread::running && left > 0; --left) {
      at = thread.next++;
      if ((thread.slots[at->guard] & 1) != at->negated)
        at->handler(thread, *at);
    }
  } catch (const Fault &fault) {
    fail(thread, at, fault.what());
  }
  count = limit - left;
  if (left == 0 && thread.state == Thread::running)
    fail(thread, at,
         "the launch has no end after " + std::to_string(limit) +
             " instructions");
}

bool BlockRun::releaseBarrier() {
  const Thread &first = threads.front();
  for (Thread &thread : threads) {
    if (thread.state == first.state &&
        (thread.state == Thread::done || thread.next == first.next))
      continue;
    const Thread &waiting = thread.state == Thread::waiting ? thread : first;
    fail(waiting, waiting.next - 1,
         "waits at a barrier that another thread does not reach");
  }
  if (first.state == Thread::done)
    return true;
  for (Thread &thread : threads) {
    thread.state = Thread::running;
    if (++thread.accessor.epoch == kMostEpochs)
      fail(thread, thread.next - 1, "too many barriers");
  }
  return false;
}

void BlockRun::fail(const Thread &thread, const Instruction *at,
                    const std::string &message) const {
  auto [x, y, z] = blockIndex;
  const Kernel &kernel = *block.kernel;
  unsigned line = kernel.lines[at - kernel.code.data()];
  throw Fault("kernel '" + kernel.name + "', line " + std::to_string(line) +
              ", block (" + std::to_string(x) + ", " + std::to_string(y) +
              ", " + std::to_string(z) + "), thread " +
              std::to_string(thread.accessor.thread) + ": " + message);
}
