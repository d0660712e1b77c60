//===- FloatOpcodes.cpp - IEEE arithmetic ---------------------------------===//
//
// Rounded to nearest, even on a tie, and subnormal numbers are numbers: what is
// written without `.rn`, where another rounding or a contraction could be
// meant, or with `.approx`, `.full` or `.ftz`, is not here.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

#include <cmath>
#include <limits>

using namespace dsc::test::ptx;

namespace {

constexpr auto add = [](auto a, auto b) { return canonical(a + b); };
constexpr auto subtract = [](auto a, auto b) { return canonical(a - b); };
constexpr auto multiply = [](auto a, auto b) { return canonical(a * b); };
constexpr auto divide = [](auto a, auto b) { return canonical(a / b); };
constexpr auto reciprocal = []<class T>(T a) { return canonical(T(1) / a); };
constexpr auto root = [](auto a) { return canonical(std::sqrt(a)); };
constexpr auto fuse = [](auto a, auto b, auto c) {
  return canonical(std::fma(a, b, c));
};

/// Of a number and none, the number; -0 is less than +0.
constexpr auto minimum = []<class T>(T a, T b) {
  if (std::isnan(a) || std::isnan(b))
    return canonical(std::isnan(a) ? b : a);
  if (a == b)
    return std::signbit(a) ? a : b;
  return a < b ? a : b;
};
constexpr auto maximum = []<class T>(T a, T b) {
  if (std::isnan(a) || std::isnan(b))
    return canonical(std::isnan(a) ? b : a);
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
};
/// Of a number and none, none.
constexpr auto strictMinimum = []<class T>(T a, T b) {
  return std::isnan(a) ? canonical(a)
                       : (std::isnan(b) ? canonical(b) : minimum(a, b));
};
constexpr auto strictMaximum = []<class T>(T a, T b) {
  return std::isnan(a) ? canonical(a)
                       : (std::isnan(b) ? canonical(b) : maximum(a, b));
};

constexpr auto negate = [](auto a) { return -a; };
constexpr auto absolute = [](auto a) { return std::fabs(a); };
/// The first one's sign on the second.
constexpr auto copySign = [](auto a, auto b) { return std::copysign(b, a); };

constexpr auto equal = [](auto a, auto b) { return a == b; };
constexpr auto unequal = [](auto a, auto b) { return a < b || a > b; };
constexpr auto less = [](auto a, auto b) { return a < b; };
constexpr auto lessEqual = [](auto a, auto b) { return a <= b; };
constexpr auto greater = [](auto a, auto b) { return a > b; };
constexpr auto greaterEqual = [](auto a, auto b) { return a >= b; };
/// True where one of them is no number.
constexpr auto equalOrNot = [](auto a, auto b) { return !(a < b || a > b); };
constexpr auto unequalOrNot = [](auto a, auto b) { return !(a == b); };
constexpr auto lessOrNot = [](auto a, auto b) { return !(a >= b); };
constexpr auto lessEqualOrNot = [](auto a, auto b) { return !(a > b); };
constexpr auto greaterOrNot = [](auto a, auto b) { return !(a <= b); };
constexpr auto greaterEqualOrNot = [](auto a, auto b) { return !(a < b); };
constexpr auto areNumbers = [](auto a, auto b) { return a == a && b == b; };
constexpr auto isOneNone = [](auto a, auto b) { return a != a || b != b; };

constexpr auto isFinite = [](auto a) { return std::isfinite(a); };
constexpr auto isInfinite = [](auto a) { return std::isinf(a); };
constexpr auto isNumber = [](auto a) { return !std::isnan(a); };
constexpr auto isNone = [](auto a) { return std::isnan(a); };
/// As the ISA has it, zero is normal too.
constexpr auto isNormal = [](auto a) { return std::isnormal(a) || a == 0; };
constexpr auto isSubnormal = [](auto a) {
  return std::fpclassify(a) == FP_SUBNORMAL;
};

template <Type T> void addArithmetic(OpcodeTable &table) {
  std::string type = "." + nameOf(T);
  define<add, T, T, T>(table, "add.rn" + type);
  define<subtract, T, T, T>(table, "sub.rn" + type);
  define<multiply, T, T, T>(table, "mul.rn" + type);
  define<fuse, T, T, T, T>(table, "fma.rn" + type);
  define<divide, T, T, T>(table, "div.rn" + type);
  define<reciprocal, T, T>(table, "rcp.rn" + type);
  define<root, T, T>(table, "sqrt.rn" + type);
  define<minimum, T, T, T>(table, "min" + type);
  define<maximum, T, T, T>(table, "max" + type);
  define<negate, T, T>(table, "neg" + type);
  define<absolute, T, T>(table, "abs" + type);
  define<copySign, T, T, T>(table, "copysign" + type);
}

template <Type T> void addComparisons(OpcodeTable &table) {
  constexpr Type pred = Type::pred;
  std::string type = "." + nameOf(T);
  define<equal, pred, T, T>(table, "setp.eq" + type);
  define<unequal, pred, T, T>(table, "setp.ne" + type);
  define<less, pred, T, T>(table, "setp.lt" + type);
  define<lessEqual, pred, T, T>(table, "setp.le" + type);
  define<greater, pred, T, T>(table, "setp.gt" + type);
  define<greaterEqual, pred, T, T>(table, "setp.ge" + type);
  define<equalOrNot, pred, T, T>(table, "setp.equ" + type);
  define<unequalOrNot, pred, T, T>(table, "setp.neu" + type);
  define<lessOrNot, pred, T, T>(table, "setp.ltu" + type);
  define<lessEqualOrNot, pred, T, T>(table, "setp.leu" + type);
  define<greaterOrNot, pred, T, T>(table, "setp.gtu" + type);
  define<greaterEqualOrNot, pred, T, T>(table, "setp.geu" + type);
  define<areNumbers, pred, T, T>(table, "setp.num" + type);
  define<isOneNone, pred, T, T>(table, "setp.nan" + type);
}

template <Type T> void addProperties(OpcodeTable &table) {
  constexpr Type pred = Type::pred;
  std::string type = "." + nameOf(T);
  define<isFinite, pred, T>(table, "testp.finite" + type);
  define<isInfinite, pred, T>(table, "testp.infinite" + type);
  define<isNumber, pred, T>(table, "testp.number" + type);
  define<isNone, pred, T>(table, "testp.notanumber" + type);
  define<isNormal, pred, T>(table, "testp.normal" + type);
  define<isSubnormal, pred, T>(table, "testp.subnormal" + type);
}

} // namespace

void dsc::test::ptx::addFloatOpcodes(OpcodeTable &table) {
  forTypes<Type::f32, Type::f64>([&]<Type T>() {
    addArithmetic<T>(table);
    addComparisons<T>(table);
    addProperties<T>(table);
  });
  constexpr Type f32 = Type::f32;
  define<strictMinimum, f32, f32, f32>(table, "min.NaN.f32");
  define<strictMaximum, f32, f32, f32>(table, "max.NaN.f32");
}
