//===- Opcodes.h - the instructions that are known --------------*- C++ -*-===//
//
// An opcode is known by its whole text, modifiers and type included: one that
// rounds or flushes in another way is another opcode, and unknown.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_PTX_OPCODES_H
#define DSC_TEST_UNIT_PTX_OPCODES_H

#include "test/unit/Ptx/Code.h"

#include <unordered_map>

namespace dsc::test::ptx {

struct Formal {
  enum Role { result, source, address, parameter, label, targets } role;
  Type type = Type::b64;
  unsigned count = 1;         ///< of the vector, 1 for none
  bool mayBeWider = false;    ///< the register
  bool mayBeSymbol = false;   ///< whose address it then is
  Space space = Space::param; ///< of an address
};

/// One way to write an opcode's operands.
struct Form {
  Handler handler;
  std::vector<Formal> formals;
};

class OpcodeTable {
public:
  void add(const std::string &opcode, Handler handler,
           std::vector<Formal> formals) {
    forms[opcode].push_back({handler, std::move(formals)});
  }
  /// Null for one that is not known.
  const std::vector<Form> *find(std::string_view opcode) const {
    auto found = forms.find(std::string(opcode));
    return found == forms.end() ? nullptr : &found->second;
  }

private:
  std::unordered_map<std::string, std::vector<Form>> forms;
};

const OpcodeTable &getOpcodes();

void addIntegerOpcodes(OpcodeTable &table);
void addBitOpcodes(OpcodeTable &table);
void addFloatOpcodes(OpcodeTable &table);
void addConversions(OpcodeTable &table);
void addMoves(OpcodeTable &table);
void addMemoryOpcodes(OpcodeTable &table);
void addControlOpcodes(OpcodeTable &table);

/// An f32 that is no number is always the same one, as on the device.
inline float canonical(float value) {
  return value != value ? std::bit_cast<float>(0x7FFFFFFFu) : value;
}
inline double canonical(double value) { return value; }

/// Calculates `F` of the sources.
template <auto F, Type R, Type... A>
void apply(Thread &thread, const Instruction &instruction) {
  [&]<size_t... I>(std::index_sequence<I...>) {
    thread.set<R>(instruction.slots[0],
                  Cpp<R>(F(thread.get<A>(instruction.slots[I + 1])...)));
  }(std::make_index_sequence<sizeof...(A)>());
}

template <auto F, Type R, Type... A>
void define(OpcodeTable &table, const std::string &opcode) {
  table.add(opcode, apply<F, R, A...>,
            {Formal{Formal::result, R}, Formal{Formal::source, A}...});
}

/// Calls `visit` for each of the types.
template <Type... T, class Visit> void forTypes(Visit visit) {
  (visit.template operator()<T>(), ...);
}

template <class Visit> void forIntegers(Visit visit) {
  forTypes<Type::u16, Type::s16, Type::u32, Type::s32, Type::u64, Type::s64>(
      visit);
}

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_OPCODES_H
