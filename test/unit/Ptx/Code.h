//===- Code.h - decoded PTX, ready to run -----------------------*- C++ -*-===//
//
// An instruction is a function and the slots of its operands in a thread's
// register file, which holds the kernel's constants too: what runs decides
// nothing that could be decided before.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_PTX_CODE_H
#define DSC_TEST_UNIT_PTX_CODE_H

#include "test/unit/Ptx/Memory.h"
#include "test/unit/Ptx/Syntax.h"

#include <bit>

namespace dsc::test::ptx {

struct Thread;
struct Instruction;
using Handler = void (*)(Thread &, const Instruction &);

struct Instruction {
  Handler handler;
  int64_t immediate; ///< offset of an address, target of a branch
  std::array<uint32_t, 6> slots;
  uint32_t guard;
  bool negated;
};

/// What the largest device gives a block.
inline constexpr uint64_t kMostShared = 227 << 10;

struct Kernel {
  std::string name;
  std::vector<Instruction> code;
  std::vector<unsigned> lines;      ///< of each instruction
  std::vector<uint64_t> parameters; ///< offsets, then the size of all
  std::vector<uint64_t> parameterBytes;
  uint32_t registers = 0; ///< slots below the constants
  std::vector<uint64_t> constants;
  std::vector<std::vector<int64_t>> branchTables;
  uint64_t sharedBytes = 0, localBytes = 0;
  std::optional<std::array<uint64_t, 3>> required, most;
};

/// Threads that a device runs together, and barriers of a block.
inline constexpr uint32_t kWarp = 32, kBarriers = 16;

/// What threads of a block share.
struct Block {
  const Kernel *kernel;
  uint32_t threads;
  std::vector<Region> *global; ///< by number
  Region *constant, *shared;
  const char *parameters;
};

struct Thread {
  enum State : uint8_t { running, waiting, done };

  const Instruction *next;
  uint64_t *slots;
  State state;
  uint32_t barrier, expected; ///< where it waits, and for how many threads
  Block *block;
  Region *local;
  Accessor accessor;

  template <Type T> Cpp<T> get(uint32_t slot) const {
    if constexpr (T == Type::pred)
      return slots[slot] & 1;
    else if constexpr (T == Type::f32)
      return std::bit_cast<float>(uint32_t(slots[slot]));
    else if constexpr (T == Type::f64)
      return std::bit_cast<double>(slots[slot]);
    else
      return Cpp<T>(slots[slot]);
  }

  /// A signed value is extended as far as any register may want.
  template <Type T> void set(uint32_t slot, Cpp<T> value) {
    if constexpr (T == Type::f32)
      slots[slot] = std::bit_cast<uint32_t>(value);
    else if constexpr (T == Type::f64)
      slots[slot] = std::bit_cast<uint64_t>(value);
    else
      slots[slot] = uint64_t(value);
  }

  void jump(int64_t target) { next = block->kernel->code.data() + target; }
};

struct Program {
  std::string target;
  std::vector<Region> globals; ///< regions 1, 2 …
  std::vector<char> constants;
  std::map<std::string, Kernel, std::less<>> kernels;
};

/// Decodes PTX text. What is not known is a Fault with its line.
Program decode(std::string_view text);

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_CODE_H
