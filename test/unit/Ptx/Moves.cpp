//===- Moves.cpp - mov and selp -------------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

using namespace dsc::test::ptx;

namespace {

constexpr auto copy = [](auto a) { return a; };
constexpr auto select = [](auto a, auto b, bool first) {
  return first ? a : b;
};

/// {low, …} becomes one register.
template <Type Whole, Type Part>
void pack(Thread &thread, const Instruction &instruction) {
  uint64_t whole = 0;
  for (unsigned i = 0; i < bytesOf(Whole) / bytesOf(Part); ++i)
    whole |= uint64_t(thread.get<Part>(instruction.slots[i + 1]))
             << (8 * bytesOf(Part) * i);
  thread.set<Whole>(instruction.slots[0], whole);
}

/// A register becomes {low, …}, of which it may be one itself.
template <Type Whole, Type Part>
void unpack(Thread &thread, const Instruction &instruction) {
  unsigned count = bytesOf(Whole) / bytesOf(Part);
  uint64_t whole = thread.get<Whole>(instruction.slots[count]);
  for (unsigned i = 0; i < count; ++i)
    thread.set<Part>(instruction.slots[i],
                     Cpp<Part>(whole >> (8 * bytesOf(Part) * i)));
}

template <Type Whole, Type Part> void addVectors(OpcodeTable &table) {
  constexpr unsigned count = bytesOf(Whole) / bytesOf(Part);
  std::string opcode = "mov." + nameOf(Whole);
  table.add(opcode, pack<Whole, Part>,
            {{.role = Formal::result, .type = Whole},
             {.role = Formal::source, .type = Part, .count = count}});
  table.add(opcode, unpack<Whole, Part>,
            {{.role = Formal::result, .type = Part, .count = count},
             {.role = Formal::source, .type = Whole}});
}

template <Type T> void addMove(OpcodeTable &table) {
  bool holdsAddresses = !isFloat(T) && bytesOf(T) >= 4;
  table.add(
      "mov." + nameOf(T), apply<copy, T, T>,
      {{.role = Formal::result, .type = T},
       {.role = Formal::source, .type = T, .mayBeSymbol = holdsAddresses}});
  if constexpr (T != Type::pred)
    define<select, T, T, T, Type::pred>(table, "selp." + nameOf(T));
}

} // namespace

void dsc::test::ptx::addMoves(OpcodeTable &table) {
  forTypes<Type::pred, Type::b16, Type::b32, Type::f32, Type::b64, Type::f64>(
      [&]<Type T>() { addMove<T>(table); });
  forIntegers([&]<Type T>() { addMove<T>(table); });
  addVectors<Type::b32, Type::b16>(table);
  addVectors<Type::b64, Type::b32>(table);
  addVectors<Type::b64, Type::b16>(table);
}
