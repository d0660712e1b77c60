//===- Syntax.h - PTX as it is written --------------------------*- C++ -*-===//
//
// What the parser makes of a module. Names of registers are resolved, since
// their scopes end here; opcodes and what they may be given are checked when
// code is made of them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_PTX_SYNTAX_H
#define DSC_TEST_UNIT_PTX_SYNTAX_H

#include "test/unit/Ptx/Types.h"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace dsc::test::ptx {

struct Operand {
  enum Kind {
    reg,     ///< index into Function::registers
    integer, ///< bits
    real,    ///< bits of an f32 or f64, as `type` says
    symbol,  ///< name, bits is the offset
    address, ///< [elements[0] + bits]
    vector,  ///< {elements}
    sink     ///< _, a result that nobody wants
  };
  Kind kind;
  uint64_t bits = 0; ///< of a register: its index
  Type type = Type::b64;
  std::string_view name = {};
  std::vector<Operand> elements = {};
};

struct Statement {
  unsigned line;
  std::string_view opcode;
  std::vector<Operand> operands;
  std::optional<uint64_t> guard; ///< a register
  bool negated = false;
};

/// A named piece of memory, of a module, a block, a thread or a parameter.
struct Variable {
  std::string_view name;
  Space space;
  Type type;
  uint64_t alignment, bytes;
  std::vector<char> initial = {}; ///< the rest is zero
  bool isDynamic = false;         ///< its size comes with the launch
};

struct Function {
  std::string_view name;
  bool isEntry = false;
  std::vector<Variable> parameters, variables;
  std::vector<Type> registers;
  std::vector<Statement> statements;
  std::map<std::string_view, size_t> labels; ///< of the statement that follows
  std::map<std::string_view, std::vector<std::string_view>> branchTargets;
  std::optional<std::array<uint64_t, 3>> required, most; ///< threads
};

struct Module {
  std::string version, target;
  std::vector<Variable> variables;
  std::vector<Function> functions;
};

/// Registers that every thread begins with, the first of Function::registers.
inline constexpr std::array<std::string_view, 13> kSpecialRegisters = {
    "%tid.x",    "%tid.y",    "%tid.z",   "%ntid.x",  "%ntid.y",
    "%ntid.z",   "%ctaid.x",  "%ctaid.y", "%ctaid.z", "%nctaid.x",
    "%nctaid.y", "%nctaid.z", "%laneid"};

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_SYNTAX_H
