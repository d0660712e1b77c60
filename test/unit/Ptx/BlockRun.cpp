//===- BlockRun.cpp -------------------------------------------------------===//

#include "test/unit/Ptx/BlockRun.h"

#include <algorithm>

using namespace dsc::test::ptx;

/// Registers of all threads together: a gigabyte.
static constexpr uint64_t kMostSlots = uint64_t(1) << 27;
static constexpr uint32_t kMostEpochs = 1 << 22;

static constexpr const char *kNotReached =
    "waits at a barrier that another thread does not reach";
static constexpr const char *kOtherPart =
    "meets another part of the block than before, which is not known here";

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
  this->block.threads = uint32_t(count);
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
  barriers = {};
  meetings = {};
  meetings.parts.assign(threads.size(), 0);
  auto spoil = [&](Region &region) {
    std::ranges::fill(region.bytes, char(junkOf(order)));
  };
  spoil(shared);
  std::ranges::for_each(local, spoil);
  for (uint32_t i = 0; i < threads.size(); ++i) {
    Thread &thread = threads[i];
    thread.state = Thread::running;
    thread.next = block.kernel->code.data();
    thread.accessor = {number, i, 0, oldest, &meetings};
    uint64_t *special = thread.slots;
    const std::array<uint32_t, 3> &size = launch.block;
    *special++ = i % size[0];
    *special++ = i / size[0] % size[1];
    *special++ = i / size[0] / size[1];
    special = std::ranges::copy(size, special).out;
    special = std::ranges::copy(index, special).out;
    special = std::ranges::copy(launch.grid, special).out;
    *special = i % kWarp;
  }
}

/// Where a barrier opens, those that it lets go run on before others start: so
/// what threads do apart from the others comes before these in one order, and
/// after them in the other.
void BlockRun::run(std::array<uint32_t, 3> index, uint64_t number,
                   uint64_t oldest) {
  begin(index, number, oldest);
  for (size_t i = 0; i < threads.size();) {
    size_t at = order == Order::forward ? i : threads.size() - 1 - i;
    ++i;
    if (threads[at].state != Thread::running)
      continue;
    runToBarrier(threads[at]);
    if (threads[at].state == Thread::waiting && arrive(threads[at]))
      i = 0;
  }
  for (const Thread &thread : threads)
    if (thread.state == Thread::waiting)
      fail(thread, thread.next - 1, kNotReached);
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

bool BlockRun::arrive(const Thread &thread) {
  Barrier &barrier = barriers[thread.barrier];
  if (barrier.arrived++ == 0) {
    barrier.expected = thread.expected;
    barrier.next = thread.next;
  }
  if (thread.next != barrier.next)
    fail(thread, thread.next - 1, kNotReached);
  if (thread.expected != barrier.expected)
    fail(thread, thread.next - 1,
         "waits for " + std::to_string(thread.expected) +
             " threads at a barrier where another thread waits for " +
             std::to_string(barrier.expected));
  if (barrier.arrived < barrier.expected)
    return false;
  checkMeeting(thread);
  open(thread.barrier);
  return true;
}

/// A warp arrives as one. Which parts of a block have met is known as long as
/// they are the same ones.
void BlockRun::checkMeeting(const Thread &last) const {
  const Barrier &barrier = barriers[last.barrier];
  bool isWhole = barrier.expected == threads.size();
  auto isHere = [&](const Thread &thread) {
    return thread.state == Thread::waiting && thread.barrier == last.barrier;
  };
  for (size_t i = 0; i < threads.size(); ++i) {
    bool here = isHere(threads[i]);
    if (here != isHere(threads[i / kWarp * kWarp]))
      fail(last, last.next - 1, "waits at a barrier without all of a warp");
    if (here && !isWhole &&
        meetings.parts[i] != (barrier.members == 0 ? 0 : last.barrier + 1))
      fail(threads[i], last.next - 1, kOtherPart);
  }
  if (!isWhole && barrier.members != 0 && barrier.members != barrier.expected)
    fail(last, last.next - 1, kOtherPart);
}

void BlockRun::open(uint32_t number) {
  Barrier &barrier = barriers[number];
  bool isWhole = barrier.expected == threads.size();
  ++meetings.opened;
  if (isWhole) {
    meetings.whole = meetings.opened;
    std::ranges::fill(meetings.parts, 0);
    for (Barrier &other : barriers)
      other.members = 0;
  } else {
    barrier.members = barrier.expected;
  }
  barrier.arrived = 0;
  for (size_t i = 0; i < threads.size(); ++i) {
    Thread &thread = threads[i];
    if (thread.state != Thread::waiting || thread.barrier != number)
      continue;
    thread.state = Thread::running;
    thread.accessor.epoch = meetings.opened;
    if (!isWhole)
      meetings.parts[i] = number + 1;
    if (meetings.opened == kMostEpochs)
      fail(thread, thread.next - 1, "too many barriers");
  }
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
