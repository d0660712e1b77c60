//===- Decoder.cpp - statements become instructions -----------------------===//

#include "test/unit/Ptx/Layout.h"
#include "test/unit/Ptx/Opcodes.h"
#include "test/unit/Ptx/Parser.h"

using namespace dsc::test::ptx;

const OpcodeTable &dsc::test::ptx::getOpcodes() {
  static const OpcodeTable opcodes = [] {
    OpcodeTable table;
    addIntegerOpcodes(table);
    addBitOpcodes(table);
    addFloatOpcodes(table);
    addConversions(table);
    addMoves(table);
    addMemoryOpcodes(table);
    addControlOpcodes(table);
    return table;
  }();
  return opcodes;
}

namespace {

/// More than any kernel of ours by orders.
constexpr size_t kMostRegisters = size_t(1) << 20;

void leaveTheEnd(Thread &, const Instruction &) {
  throw Fault("the kernel has no 'ret' at its end");
}

class Decoder {
public:
  Decoder(const Module &module, const Function &function, Places places)
      : function(function), places(std::move(places)) {
    kernel.name = function.name;
    placeKernelVariables(module, function, kernel, this->places);
    if (function.registers.size() > kMostRegisters)
      throw Fault("kernel '" + kernel.name + "' has too many registers");
    sink = function.registers.size();
    kernel.registers = sink + 1;
    kernel.required = function.required;
    kernel.most = function.most;
  }

  Kernel run() {
    for (const Statement &statement : function.statements) {
      line = statement.line;
      addInstruction(statement);
    }
    kernel.code.push_back({leaveTheEnd, 0, {}, constant(1), false});
    kernel.lines.push_back(line);
    return std::move(kernel);
  }

private:
  uint32_t constant(uint64_t bits) {
    auto [found, isNew] = constants.emplace(bits, kernel.constants.size());
    if (isNew)
      kernel.constants.push_back(bits);
    return kernel.registers + found->second;
  }

  void addInstruction(const Statement &statement) {
    const Form &form = findForm(statement);
    Instruction instruction{form.handler, 0, {}, 0, statement.negated};
    instruction.guard =
        statement.guard ? uint32_t(*statement.guard) : constant(1);
    uint32_t *slot = instruction.slots.data();
    for (size_t i = 0; i < form.formals.size(); ++i)
      slot = encode(statement.operands[i], form, i, instruction, slot);
    kernel.code.push_back(instruction);
    kernel.lines.push_back(line);
  }

  const Form &findForm(const Statement &statement) {
    std::string opcode(statement.opcode);
    const std::vector<Form> *forms = getOpcodes().find(opcode);
    if (!forms)
      failAt(line, "opcode '" + opcode + "' is not known");
    for (const Form &form : *forms)
      if (hasShape(statement, form))
        return form;
    failAt(line, "the operands are not those of '" + opcode + "'");
  }

  static bool hasShape(const Statement &statement, const Form &form) {
    if (statement.operands.size() != form.formals.size())
      return false;
    for (size_t i = 0; i < form.formals.size(); ++i) {
      const Operand &operand = statement.operands[i];
      bool isVector = operand.kind == Operand::vector;
      unsigned count = isVector ? operand.elements.size() : 1;
      if (count != form.formals[i].count || (isVector && count == 1))
        return false;
    }
    return true;
  }

  [[noreturn]] void refuse(const std::string &what) { failAt(line, what); }

  uint32_t *encode(const Operand &operand, const Form &form, size_t index,
                   Instruction &instruction, uint32_t *slot) {
    if (operand.kind == Operand::vector) {
      for (const Operand &element : operand.elements)
        slot = encode(element, form, index, instruction, slot);
      return slot;
    }
    const Formal &formal = form.formals[index];
    switch (formal.role) {
    case Formal::result:
      *slot++ = encodeResult(operand, formal);
      break;
    case Formal::source:
      *slot++ = encodeSource(operand, formal);
      break;
    case Formal::address:
      *slot++ = encodeAddress(operand, formal, instruction);
      break;
    case Formal::parameter:
      instruction.immediate = findParameter(operand, form.formals[0]);
      break;
    case Formal::label:
      instruction.immediate = findLabel(operand);
      break;
    case Formal::targets:
      instruction.immediate = addBranchTable(operand);
      break;
    }
    return slot;
  }

  uint32_t encodeResult(const Operand &operand, const Formal &formal) {
    if (operand.kind == Operand::sink)
      return sink;
    if (operand.kind != Operand::reg || operand.bits < kSpecialRegisters.size())
      refuse("expected a register that can be written");
    checkRegister(operand, formal);
    return operand.bits;
  }

  uint32_t encodeSource(const Operand &operand, const Formal &formal) {
    switch (operand.kind) {
    case Operand::reg:
      checkRegister(operand, formal);
      return operand.bits;
    case Operand::integer:
    case Operand::real:
      return constant(checkNumber(operand, formal));
    case Operand::symbol: {
      const Place &place = findPlace(operand);
      if (!formal.mayBeSymbol || place.space == Space::param ||
          (place.space == Space::global && bytesOf(formal.type) < 8))
        refuse("expected a number, not the address of '" +
               std::string(operand.name) + "'");
      return constant(place.address + operand.bits);
    }
    default:
      refuse("expected a register or a number");
    }
  }

  /// A register of bits holds anything of its size; else both are floats, or
  /// none is.
  void checkRegister(const Operand &operand, const Formal &formal) {
    Type found = operand.type, expected = formal.type;
    auto isBits = [](Type type) {
      return type == Type::b8 || type == Type::b16 || type == Type::b32 ||
             type == Type::b64;
    };
    bool fits = bytesOf(found) == bytesOf(expected) ||
                (formal.mayBeWider && bytesOf(found) > bytesOf(expected));
    bool agree = isBits(found) || isBits(expected) ||
                 isFloat(found) == isFloat(expected);
    if (!fits || !agree || (found == Type::pred) != (expected == Type::pred))
      refuse("a register of type " + nameOf(found) +
             " stands where one of type " + nameOf(expected) + " is expected");
  }

  uint64_t checkNumber(const Operand &operand, const Formal &formal) {
    unsigned width = 8 * bytesOf(formal.type);
    if (operand.kind == Operand::real) {
      bool fits = isFloat(formal.type)
                      ? operand.type == formal.type
                      : bytesOf(operand.type) == bytesOf(formal.type);
      if (!fits)
        refuse("expected a number of type " + nameOf(formal.type));
      return operand.bits;
    }
    int64_t above = width < 64 ? int64_t(operand.bits) >> width : 0;
    if (isFloat(formal.type) || (above != 0 && above != -1))
      refuse("expected a number of type " + nameOf(formal.type));
    return operand.bits;
  }

  const Place &findPlace(const Operand &operand) {
    auto found = places.find(operand.name);
    if (operand.kind != Operand::symbol || found == places.end())
      refuse("no variable '" + std::string(operand.name) + "'");
    return found->second;
  }

  uint32_t encodeAddress(const Operand &operand, const Formal &formal,
                         Instruction &instruction) {
    if (operand.kind != Operand::address)
      refuse("expected an address in brackets");
    const Operand &base = operand.elements[0];
    if (base.kind == Operand::reg) {
      bool isShort = formal.space != Space::generic &&
                     formal.space != Space::global && bytesOf(base.type) == 4;
      checkRegister(base, {Formal::address, isShort ? Type::u32 : Type::u64});
      instruction.immediate = operand.bits;
      return base.bits;
    }
    const Place &place = findPlace(base);
    if (place.space != formal.space)
      refuse("variable '" + std::string(base.name) + "' is in another space");
    return constant(place.address + base.bits);
  }

  /// Where it is among the parameters; `loaded` is what is loaded of it.
  int64_t findParameter(const Operand &operand, const Formal &loaded) {
    if (operand.kind != Operand::address)
      refuse("expected an address in brackets");
    const Place &place = findPlace(operand.elements[0]);
    uint64_t offset = operand.elements[0].bits;
    uint64_t size = uint64_t(loaded.count) * bytesOf(loaded.type);
    if (place.space != Space::param || offset > place.bytes ||
        size > place.bytes - offset || (place.address + offset) % size != 0)
      refuse("expected " + std::to_string(size) +
             " bytes of a parameter, aligned to their size");
    return place.address + offset;
  }

  int64_t findLabel(std::string_view name) {
    auto found = function.labels.find(name);
    if (found == function.labels.end())
      refuse("no label '" + std::string(name) + "'");
    return found->second;
  }

  int64_t findLabel(const Operand &operand) {
    if (operand.kind != Operand::symbol)
      refuse("expected a label");
    return findLabel(operand.name);
  }

  int64_t addBranchTable(const Operand &operand) {
    auto found = function.branchTargets.find(operand.name);
    if (operand.kind != Operand::symbol ||
        found == function.branchTargets.end())
      refuse("expected a list of branch targets");
    std::vector<int64_t> targets;
    for (std::string_view name : found->second)
      targets.push_back(findLabel(name));
    kernel.branchTables.push_back(std::move(targets));
    return kernel.branchTables.size() - 1;
  }

  const Function &function;
  Places places;
  Kernel kernel;
  std::map<uint64_t, size_t> constants;
  uint32_t sink = 0;
  unsigned line = 0;
};

} // namespace

Program dsc::test::ptx::decode(std::string_view text) {
  Module module = parse(text);
  Program program;
  program.target = module.target;
  Places places = placeModuleVariables(module, program);
  for (const Function &function : module.functions)
    if (function.isEntry)
      program.kernels.emplace(function.name,
                              Decoder(module, function, places).run());
  return program;
}
