//===- Emit.cpp - a formula as scalar code --------------------------------===//
//
// A formula may leave the domains of our own routines on its way; they are
// given a number that they know, and the result there is a NaN.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Formula/Formula.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dsc;

using Kind = Formula::Kind;
using FloatPredicate = arith::CmpFPredicate;

static Value notANumber(Scalar &s) {
  return s.f64(std::numeric_limits<double>::quiet_NaN());
}

/// `inside` where `holds`, else a NaN.
static Value whereDefined(Scalar &s, Value holds, Value inside) {
  return s.select(holds, inside, notANumber(s));
}

static Value isFinite(Scalar &s, Value x) {
  return s.compare(FloatPredicate::OLT, s.abs(x),
                   s.f64(std::numeric_limits<double>::infinity()));
}

/// Our sinpi and cospi want a finite argument.
static Value emitWave(Scalar &s, Kind kind, Value x) {
  Value finite = isFinite(s, x);
  Value known = s.select(finite, x, s.f64(0));
  return whereDefined(s, finite,
                      kind == Kind::sinpi ? s.sinpi(known) : s.cospi(known));
}

/// A negative base has a power where the exponent is a whole number that the
/// formula gives.
static Value emitPower(Scalar &s, Value base, Value exponent,
                       const Formula::Node &written) {
  bool whole = written.kind == Kind::number &&
               written.number == std::floor(written.number) &&
               written.number < 0x1p53;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Value isKnownBase = isFinite(s, base), isKnownPower = isFinite(s, exponent);
  Value isInDomain =
      s.compare(FloatPredicate::OGE, base, s.f64(whole ? -infinity : 0));
  Value power = s.pow(s.select(isKnownBase, s.abs(base), s.f64(1)),
                      s.select(isKnownPower, exponent, s.f64(1)));
  if (whole && std::fmod(written.number, 2) != 0)
    power = s.select(s.compare(FloatPredicate::OLT, base, s.f64(0)),
                     s.neg(power), power);
  return whereDefined(
      s, isKnownBase,
      whereDefined(s, isKnownPower, whereDefined(s, isInDomain, power)));
}

static FloatPredicate predicateOf(Kind kind) {
  switch (kind) {
  case Kind::less:
    return FloatPredicate::OLT;
  case Kind::lessEqual:
    return FloatPredicate::OLE;
  case Kind::greater:
    return FloatPredicate::OGT;
  case Kind::greaterEqual:
    return FloatPredicate::OGE;
  case Kind::equal:
    return FloatPredicate::OEQ;
  default:
    return FloatPredicate::UNE;
  }
}

/// The least or the greatest of the operands.
static Value emitExtreme(Scalar &s, Kind kind, ArrayRef<Value> operands) {
  Value result = operands.front();
  for (Value operand : operands.drop_front())
    result = kind == Kind::minimum ? s.minimum(result, operand)
                                   : s.maximum(result, operand);
  return result;
}

static Value emitVariable(Formula::Variable variable,
                          const Formula::Values &values) {
  switch (variable) {
  case Formula::Variable::t:
    return values.t;
  case Formula::Variable::k:
    return values.k;
  case Formula::Variable::n:
    return values.n;
  case Formula::Variable::start:
    return values.start;
  case Formula::Variable::peak:
    return values.peak;
  case Formula::Variable::floor:
    return values.floor;
  }
  llvm_unreachable("six variables");
}

static Value emitFunction(Scalar &s, Kind kind, ArrayRef<Value> operands) {
  Value x = operands.front();
  switch (kind) {
  case Kind::minimum:
  case Kind::maximum:
    return emitExtreme(s, kind, operands);
  case Kind::clamp:
    return emitExtreme(
        s, Kind::minimum,
        {emitExtreme(s, Kind::maximum, {x, operands[1]}), operands[2]});
  case Kind::exp:
    return s.exp(x);
  case Kind::log:
    return s.log(x);
  case Kind::sqrt:
    return s.sqrt(x);
  case Kind::sinpi:
  case Kind::cospi:
    return emitWave(s, kind, x);
  case Kind::abs:
    return s.abs(x);
  case Kind::floor:
    return s.floor(x);
  case Kind::step:
    return s.select(s.compare(FloatPredicate::OLT, operands[1], x), s.f64(0),
                    s.f64(1));
  default: // where
    return s.select(operands[0], operands[1], operands[2]);
  }
}

static Value emitOperator(Scalar &s, Kind kind, ArrayRef<Value> operands) {
  switch (kind) {
  case Kind::add:
    return s.add(operands[0], operands[1]);
  case Kind::subtract:
    return s.sub(operands[0], operands[1]);
  case Kind::multiply:
    return s.mul(operands[0], operands[1]);
  case Kind::divide:
    return s.div(operands[0], operands[1]);
  case Kind::negate:
    return s.neg(operands[0]);
  default:
    return s.compare(predicateOf(kind), operands[0], operands[1]);
  }
}

Value Formula::emit(Scalar &s, const Values &values) const {
  SmallVector<Value> results;
  for (const Node &node : nodes) {
    SmallVector<Value> operands;
    for (uint32_t operand : node.operands)
      operands.push_back(results[operand]);
    if (node.kind == Kind::number)
      results.push_back(s.f64(node.number));
    else if (node.kind == Kind::variable)
      results.push_back(emitVariable(node.variable, values));
    else if (node.kind == Kind::power)
      results.push_back(
          emitPower(s, operands[0], operands[1], nodes[node.operands[1]]));
    else if (node.kind <= Kind::notEqual)
      results.push_back(emitOperator(s, node.kind, operands));
    else
      results.push_back(emitFunction(s, node.kind, operands));
  }
  return results.back();
}
