//===- IntegerOpcodes.cpp - arithmetic of integers ------------------------===//
//
// Results wrap. A division by zero, which has no defined result, is a Fault.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

#include <algorithm>
#include <type_traits>

using namespace dsc::test::ptx;

namespace {

/// Wide enough for every product of two integers.
template <class T>
using Wide =
    std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>;

constexpr auto add = []<class T>(T a, T b) {
  return T(uint64_t(a) + uint64_t(b));
};
constexpr auto subtract = []<class T>(T a, T b) {
  return T(uint64_t(a) - uint64_t(b));
};
constexpr auto multiply = []<class T>(T a, T b) {
  return T(uint64_t(a) * uint64_t(b));
};
constexpr auto multiplyHigh = []<class T>(T a, T b) {
  return T(Wide<T>(a) * Wide<T>(b) >> (8 * sizeof(T)));
};
constexpr auto multiplyAdd = []<class T>(T a, T b, T c) {
  return add(multiply(a, b), c);
};
constexpr auto multiplyHighAdd = []<class T>(T a, T b, T c) {
  return add(multiplyHigh(a, b), c);
};
constexpr auto multiplyWide = []<class T>(T a, T b) {
  return Wide<T>(a) * Wide<T>(b);
};
constexpr auto multiplyWideAdd = []<class T, class R>(T a, T b, R c) {
  return add(R(Wide<T>(a) * Wide<T>(b)), c);
};

template <class T> void checkDivisor(T b) {
  if (b == 0)
    throw Fault("a division by zero");
}
constexpr auto divide = []<class T>(T a, T b) {
  checkDivisor(b);
  return T(Wide<T>(a) / Wide<T>(b));
};
constexpr auto remainderOf = []<class T>(T a, T b) {
  checkDivisor(b);
  return T(Wide<T>(a) % Wide<T>(b));
};

constexpr auto minimum = [](auto a, auto b) { return std::min(a, b); };
constexpr auto maximum = [](auto a, auto b) { return std::max(a, b); };
constexpr auto negate = []<class T>(T a) { return T(0 - uint64_t(a)); };
constexpr auto absolute = []<class T>(T a) { return a < 0 ? negate(a) : a; };

constexpr auto equal = [](auto a, auto b) { return a == b; };
constexpr auto unequal = [](auto a, auto b) { return a != b; };
constexpr auto less = [](auto a, auto b) { return a < b; };
constexpr auto lessEqual = [](auto a, auto b) { return a <= b; };
constexpr auto greater = [](auto a, auto b) { return a > b; };
constexpr auto greaterEqual = [](auto a, auto b) { return a >= b; };

template <Type T> void addArithmetic(OpcodeTable &table) {
  std::string type = "." + nameOf(T);
  define<add, T, T, T>(table, "add" + type);
  define<subtract, T, T, T>(table, "sub" + type);
  define<multiply, T, T, T>(table, "mul.lo" + type);
  define<multiplyHigh, T, T, T>(table, "mul.hi" + type);
  define<multiplyAdd, T, T, T, T>(table, "mad.lo" + type);
  define<multiplyHighAdd, T, T, T, T>(table, "mad.hi" + type);
  define<divide, T, T, T>(table, "div" + type);
  define<remainderOf, T, T, T>(table, "rem" + type);
  define<minimum, T, T, T>(table, "min" + type);
  define<maximum, T, T, T>(table, "max" + type);
  if constexpr (std::is_signed_v<Cpp<T>>) {
    define<negate, T, T>(table, "neg" + type);
    define<absolute, T, T>(table, "abs" + type);
  }
}

template <Type T, Type R> void addWide(OpcodeTable &table) {
  define<multiplyWide, R, T, T>(table, "mul.wide." + nameOf(T));
  define<multiplyWideAdd, R, T, T, R>(table, "mad.wide." + nameOf(T));
}

template <Type T> void addEquality(OpcodeTable &table) {
  define<equal, Type::pred, T, T>(table, "setp.eq." + nameOf(T));
  define<unequal, Type::pred, T, T>(table, "setp.ne." + nameOf(T));
}

template <Type T> void addOrder(OpcodeTable &table) {
  std::string type = "." + nameOf(T);
  define<less, Type::pred, T, T>(table, "setp.lt" + type);
  define<lessEqual, Type::pred, T, T>(table, "setp.le" + type);
  define<greater, Type::pred, T, T>(table, "setp.gt" + type);
  define<greaterEqual, Type::pred, T, T>(table, "setp.ge" + type);
  if constexpr (!std::is_signed_v<Cpp<T>>) {
    define<less, Type::pred, T, T>(table, "setp.lo" + type);
    define<lessEqual, Type::pred, T, T>(table, "setp.ls" + type);
    define<greater, Type::pred, T, T>(table, "setp.hi" + type);
    define<greaterEqual, Type::pred, T, T>(table, "setp.hs" + type);
  }
}

} // namespace

void dsc::test::ptx::addIntegerOpcodes(OpcodeTable &table) {
  forIntegers([&]<Type T>() {
    addArithmetic<T>(table);
    addEquality<T>(table);
    addOrder<T>(table);
  });
  forTypes<Type::b16, Type::b32, Type::b64>(
      [&]<Type T>() { addEquality<T>(table); });
  addWide<Type::u16, Type::u32>(table);
  addWide<Type::s16, Type::s32>(table);
  addWide<Type::u32, Type::u64>(table);
  addWide<Type::s32, Type::s64>(table);
}
