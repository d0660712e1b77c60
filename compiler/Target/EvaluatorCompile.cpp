//===- EvaluatorCompile.cpp - from a function to a flat program -----------===//
//
// One pass over the block. Equal instructions share a register, those without a
// varying operand run at once, and what no result needs is dropped at the end.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/EvaluatorInstructions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>
#include <tuple>

using namespace mlir;
using namespace dsc;
using namespace dsc::evaluator;

static bool isSupported(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return type.isF32() || type.isF64() || (integer && integer.getWidth() <= 64);
}

static uint64_t widthOf(Value value) {
  return value.getType().getIntOrFloatBitWidth();
}

static uint32_t relationsOf(arith::CmpFPredicate predicate) {
  using Predicate = arith::CmpFPredicate;
  switch (predicate) {
  case Predicate::AlwaysFalse:
    return 0;
  case Predicate::OEQ:
    return equal;
  case Predicate::OGT:
    return greater;
  case Predicate::OGE:
    return greater | equal;
  case Predicate::OLT:
    return less;
  case Predicate::OLE:
    return less | equal;
  case Predicate::ONE:
    return less | greater;
  case Predicate::ORD:
    return less | greater | equal;
  case Predicate::UEQ:
    return unordered | equal;
  case Predicate::UGT:
    return unordered | greater;
  case Predicate::UGE:
    return unordered | greater | equal;
  case Predicate::ULT:
    return unordered | less;
  case Predicate::ULE:
    return unordered | less | equal;
  case Predicate::UNE:
    return unordered | less | greater;
  case Predicate::UNO:
    return unordered;
  case Predicate::AlwaysTrue:
    return unordered | less | greater | equal;
  }
  llvm_unreachable("sixteen predicates");
}

namespace dsc {
class EvaluatorCompiler {
public:
  FailureOr<Evaluator> compile(func::FuncOp function);

private:
  LogicalResult addOperation(Operation &op);
  LogicalResult addFloat(Operation &op);
  LogicalResult addInteger(Operation &op);
  LogicalResult addConversion(Operation &op);
  void addCompare(arith::CmpIOp op);
  uint32_t addConstant(arith::ConstantOp op);
  void dropUnused();

  uint32_t append(uint32_t opcode, uint32_t a);
  uint32_t append(uint32_t opcode, uint32_t a, uint32_t b, uint32_t c = 0);
  uint32_t constant(uint64_t bits);
  uint32_t newRegister(uint64_t bits, bool isVarying);
  uint32_t signExtended(Value value);
  uint32_t cut(uint32_t source, uint64_t width);
  uint32_t at(Value value) { return registerOf.lookup(value); }
  LogicalResult set(Operation &op, uint32_t source) {
    registerOf[op.getResult(0)] = source;
    return success();
  }

  Evaluator program;
  std::vector<bool> varies; ///< by register
  DenseMap<Value, uint32_t> registerOf;
  std::map<uint64_t, uint32_t> constants;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, uint32_t> known;
};
} // namespace dsc

//===----------------------------------------------------------------------===//
// Registers and instructions
//===----------------------------------------------------------------------===//

uint32_t EvaluatorCompiler::newRegister(uint64_t bits, bool isVarying) {
  program.registers.push_back(bits);
  varies.push_back(isVarying);
  return program.registers.size() - 1;
}

uint32_t EvaluatorCompiler::constant(uint64_t bits) {
  auto [entry, isNew] = constants.try_emplace(bits, 0);
  if (isNew)
    entry->second = newRegister(bits, false);
  return entry->second;
}

static bool usesThirdRegister(uint32_t opcode) {
  return opcode == FmaF64 || opcode == FmaF32 || opcode == Select;
}

uint32_t EvaluatorCompiler::append(uint32_t opcode, uint32_t a, uint32_t b,
                                   uint32_t c) {
  auto [entry, isNew] = known.try_emplace({opcode, a, b, c}, 0);
  if (!isNew)
    return entry->second;
  bool isVarying =
      varies[a] || varies[b] || (usesThirdRegister(opcode) && varies[c]);
  uint32_t target = entry->second = newRegister(0, isVarying);
  Instruction instruction{opcode, target, a, b, c};
  if (isVarying)
    program.instructions.push_back(instruction);
  else
    execute(&instruction, &instruction + 1, program.registers.data());
  return target;
}

/// An operand that an instruction does not have repeats the first.
uint32_t EvaluatorCompiler::append(uint32_t opcode, uint32_t a) {
  return append(opcode, a, a);
}

uint32_t EvaluatorCompiler::cut(uint32_t source, uint64_t width) {
  if (width == 64)
    return source;
  return append(And, source, constant((uint64_t(1) << width) - 1));
}

uint32_t EvaluatorCompiler::signExtended(Value value) {
  if (widthOf(value) == 64)
    return at(value);
  return append(SignExtend, at(value), constant(widthOf(value)));
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

uint32_t EvaluatorCompiler::addConstant(arith::ConstantOp op) {
  if (auto value = dyn_cast<FloatAttr>(op.getValue()))
    return constant(value.getValue().bitcastToAPInt().getZExtValue());
  return constant(cast<IntegerAttr>(op.getValue()).getValue().getZExtValue());
}

LogicalResult EvaluatorCompiler::addFloat(Operation &op) {
  bool isDouble = op.getOperand(0).getType().isF64();
  auto simple = [&](uint32_t ofF64, uint32_t ofF32) {
    uint32_t a = at(op.getOperand(0));
    uint32_t b = op.getNumOperands() > 1 ? at(op.getOperand(1)) : a;
    uint32_t c = op.getNumOperands() > 2 ? at(op.getOperand(2)) : 0;
    return set(op, append(isDouble ? ofF64 : ofF32, a, b, c));
  };
  return TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](arith::AddFOp) { return simple(AddF64, AddF32); })
      .Case([&](arith::SubFOp) { return simple(SubF64, SubF32); })
      .Case([&](arith::MulFOp) { return simple(MulF64, MulF32); })
      .Case([&](arith::DivFOp) { return simple(DivF64, DivF32); })
      .Case([&](arith::NegFOp) { return simple(NegF64, NegF32); })
      .Case([&](math::FmaOp) { return simple(FmaF64, FmaF32); })
      .Case([&](math::SqrtOp) { return simple(SqrtF64, SqrtF32); })
      .Case([&](arith::CmpFOp compare) {
        return set(op, append(isDouble ? CompareF64 : CompareF32,
                              at(compare.getLhs()), at(compare.getRhs()),
                              relationsOf(compare.getPredicate())));
      })
      .Default(failure());
}

void EvaluatorCompiler::addCompare(arith::CmpIOp op) {
  using Predicate = arith::CmpIPredicate;
  uint32_t a = at(op.getLhs()), b = at(op.getRhs());
  uint32_t signedA = signExtended(op.getLhs());
  uint32_t signedB = signExtended(op.getRhs());
  auto compare = [&]() -> uint32_t {
    switch (op.getPredicate()) {
    case Predicate::eq:
      return append(Equal, a, b);
    case Predicate::ne:
      return append(NotEqual, a, b);
    case Predicate::slt:
      return append(SignedLess, signedA, signedB);
    case Predicate::sle:
      return append(SignedLessEqual, signedA, signedB);
    case Predicate::sgt:
      return append(SignedLess, signedB, signedA);
    case Predicate::sge:
      return append(SignedLessEqual, signedB, signedA);
    case Predicate::ult:
      return append(UnsignedLess, a, b);
    case Predicate::ule:
      return append(UnsignedLessEqual, a, b);
    case Predicate::ugt:
      return append(UnsignedLess, b, a);
    case Predicate::uge:
      return append(UnsignedLessEqual, b, a);
    }
    llvm_unreachable("ten predicates");
  };
  registerOf[op.getResult()] = compare();
}

LogicalResult EvaluatorCompiler::addInteger(Operation &op) {
  auto binary = [&](uint32_t opcode) {
    uint32_t result =
        append(opcode, at(op.getOperand(0)), at(op.getOperand(1)));
    return set(op, cut(result, widthOf(op.getResult(0))));
  };
  auto signedBinary = [&](uint32_t opcode) {
    uint32_t result = append(opcode, signExtended(op.getOperand(0)),
                             signExtended(op.getOperand(1)));
    return set(op, cut(result, widthOf(op.getResult(0))));
  };
  return TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](arith::AddIOp) { return binary(AddI); })
      .Case([&](arith::SubIOp) { return binary(SubI); })
      .Case([&](arith::MulIOp) { return binary(MulI); })
      .Case([&](arith::AndIOp) { return binary(And); })
      .Case([&](arith::OrIOp) { return binary(Or); })
      .Case([&](arith::XOrIOp) { return binary(Xor); })
      .Case([&](arith::ShLIOp) { return binary(ShiftLeft); })
      .Case([&](arith::ShRUIOp) { return binary(ShiftRightUnsigned); })
      .Case([&](arith::DivSIOp) { return signedBinary(DivI); })
      .Case([&](arith::RemSIOp) { return signedBinary(RemI); })
      .Case([&](arith::ShRSIOp shift) {
        uint32_t result = append(ShiftRightSigned, signExtended(shift.getLhs()),
                                 at(shift.getRhs()));
        return set(op, cut(result, widthOf(shift.getResult())));
      })
      .Case([&](arith::CmpIOp compare) {
        addCompare(compare);
        return success();
      })
      .Default(failure());
}

LogicalResult EvaluatorCompiler::addConversion(Operation &op) {
  Value source = op.getNumOperands() ? op.getOperand(0) : Value();
  Type type = op.getResult(0).getType();
  auto width = [&] { return widthOf(op.getResult(0)); };
  bool isDouble = type.isF64();
  return TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](arith::ConstantOp c) { return set(op, addConstant(c)); })
      .Case([&](arith::SelectOp select) {
        return set(op, append(Select, at(select.getCondition()),
                              at(select.getTrueValue()),
                              at(select.getFalseValue())));
      })
      .Case<arith::BitcastOp, arith::ExtUIOp>(
          [&](Operation *) { return set(op, at(source)); })
      .Case([&](arith::ExtSIOp) {
        return set(op, cut(signExtended(source), width()));
      })
      .Case([&](arith::TruncIOp) { return set(op, cut(at(source), width())); })
      .Case(
          [&](arith::ExtFOp) { return set(op, append(ExtendF32, at(source))); })
      .Case([&](arith::TruncFOp) {
        return set(op, append(TruncateF64, at(source)));
      })
      .Case([&](arith::SIToFPOp) {
        return set(op, append(isDouble ? SignedToF64 : SignedToF32,
                              signExtended(source)));
      })
      .Case([&](arith::UIToFPOp) {
        return set(
            op, append(isDouble ? UnsignedToF64 : UnsignedToF32, at(source)));
      })
      .Case([&](arith::FPToSIOp) {
        bool fromDouble = source.getType().isF64();
        uint32_t whole =
            append(fromDouble ? F64ToSigned : F32ToSigned, at(source));
        return set(op, cut(whole, width()));
      })
      .Default(failure());
}

LogicalResult EvaluatorCompiler::addOperation(Operation &op) {
  bool isScalar = llvm::all_of(op.getOperandTypes(), isSupported) &&
                  llvm::all_of(op.getResultTypes(), isSupported);
  if (isScalar && op.getNumResults() == 1 &&
      (succeeded(addConversion(op)) || succeeded(addInteger(op)) ||
       succeeded(addFloat(op))))
    return success();
  return op.emitError("'") << op.getName()
                           << "' cannot be evaluated on the host: expected "
                              "scalar arithmetic, fma or sqrt";
}

//===----------------------------------------------------------------------===//
// The whole function
//===----------------------------------------------------------------------===//

void EvaluatorCompiler::dropUnused() {
  std::vector<bool> isNeeded(program.registers.size());
  for (uint32_t result : program.resultRegisters)
    isNeeded[result] = true;
  std::vector<Instruction> kept;
  for (const Instruction &i : llvm::reverse(program.instructions)) {
    if (!isNeeded[i.target])
      continue;
    isNeeded[i.a] = isNeeded[i.b] = true;
    if (usesThirdRegister(i.opcode))
      isNeeded[i.c] = true;
    kept.push_back(i);
  }
  program.instructions.assign(kept.rbegin(), kept.rend());
}

FailureOr<Evaluator> EvaluatorCompiler::compile(func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a function of one block");
  Block &block = function.getBody().front();
  if (!llvm::all_of(block.getArgumentTypes(), isSupported))
    return function.emitError("expected scalar arguments");
  for (Value argument : block.getArguments())
    registerOf[argument] = newRegister(0, true);
  for (Operation &op : block.without_terminator())
    if (failed(addOperation(op)))
      return failure();
  auto terminator = dyn_cast<func::ReturnOp>(block.getTerminator());
  if (!terminator)
    return function.emitError("expected a function that returns");
  for (Value result : terminator.getOperands())
    program.resultRegisters.push_back(at(result));
  dropUnused();
  return std::move(program);
}

FailureOr<Evaluator> Evaluator::create(func::FuncOp function) {
  return EvaluatorCompiler().compile(function);
}
