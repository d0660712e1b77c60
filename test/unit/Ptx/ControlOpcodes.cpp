//===- ControlOpcodes.cpp - branches, barriers and the end ----------------===//
//
// Nothing is known that relies on the threads of a warp running together.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

using namespace dsc::test::ptx;

namespace {

void branch(Thread &thread, const Instruction &instruction) {
  thread.jump(instruction.immediate);
}

void branchByIndex(Thread &thread, const Instruction &instruction) {
  const std::vector<int64_t> &targets =
      thread.block->kernel->branchTables[instruction.immediate];
  uint32_t index = thread.get<Type::u32>(instruction.slots[0]);
  if (index >= targets.size())
    throw Fault("branch " + std::to_string(index) + " of " +
                std::to_string(targets.size()));
  thread.jump(targets[index]);
}

void leave(Thread &thread, const Instruction &) { thread.state = Thread::done; }

void waitFor(Thread &thread, uint32_t barrier, uint32_t threads) {
  if (barrier >= kBarriers)
    throw Fault("a block has no barrier " + std::to_string(barrier));
  thread.barrier = barrier;
  thread.expected = threads;
  thread.state = Thread::waiting;
}

void waitForAll(Thread &thread, const Instruction &instruction) {
  waitFor(thread, thread.get<Type::u32>(instruction.slots[0]),
          thread.block->threads);
}

void waitForPart(Thread &thread, const Instruction &instruction) {
  uint32_t threads = thread.get<Type::u32>(instruction.slots[1]);
  uint32_t most = thread.block->threads;
  if (threads == 0 || threads % kWarp != 0 || threads > most)
    throw Fault("waits for " + std::to_string(threads) +
                " threads, not for whole warps of a block of " +
                std::to_string(most));
  waitFor(thread, thread.get<Type::u32>(instruction.slots[0]), threads);
}

void trap(Thread &, const Instruction &) { throw Fault("the kernel traps"); }

} // namespace

void dsc::test::ptx::addControlOpcodes(OpcodeTable &table) {
  for (const char *opcode : {"bra", "bra.uni"})
    table.add(opcode, branch, {{Formal::label}});
  for (const char *opcode : {"brx.idx", "brx.idx.uni"})
    table.add(opcode, branchByIndex,
              {{Formal::source, Type::u32}, {Formal::targets}});
  for (const char *opcode : {"ret", "ret.uni", "exit"})
    table.add(opcode, leave, {});
  table.add("trap", trap, {});
  for (const char *opcode : {"bar.sync", "barrier.sync"}) {
    table.add(opcode, waitForAll, {{Formal::source, Type::u32}});
    table.add(opcode, waitForPart,
              {{Formal::source, Type::u32}, {Formal::source, Type::u32}});
  }
}
