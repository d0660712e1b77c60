//===- Conversions.cpp - cvt and cvta -------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

#include <cmath>
#include <limits>
#include <type_traits>

using namespace dsc::test::ptx;

namespace {

constexpr auto toNearest = [](auto a) { return std::nearbyint(a); };
constexpr auto toZero = [](auto a) { return std::trunc(a); };
constexpr auto down = [](auto a) { return std::floor(a); };
constexpr auto up = [](auto a) { return std::ceil(a); };

/// A float that is an integer, or none. Out of range it is the nearest end of
/// the range; none is 0, or among 64-bit types the highest bit alone.
template <class R, class F> R clampToInteger(F value) {
  using Limits = std::numeric_limits<R>;
  if (std::isnan(value))
    return sizeof(F) < 8 && sizeof(R) < 8
               ? R(0)
               : R(uint64_t(1) << (8 * sizeof(R) - 1));
  // 2^(bits of R) and its half are floats, the largest R may not be one.
  F over = std::ldexp(F(1), Limits::digits);
  if (value >= over)
    return Limits::max();
  if (value < F(Limits::min()))
    return Limits::min();
  return R(value);
}

template <Type R, auto Round>
constexpr auto toInteger =
    [](auto a) { return clampToInteger<Cpp<R>>(Round(a)); };

constexpr auto narrow = [](double a) { return canonical(float(a)); };
template <Type R> constexpr auto convert = [](auto a) { return Cpp<R>(a); };

/// A conversion's registers may be wider than what it converts.
template <auto F, Type R, Type A>
void defineConversion(OpcodeTable &table, const std::string &modifiers) {
  table.add("cvt" + modifiers + "." + nameOf(R) + "." + nameOf(A),
            apply<F, R, A>,
            {{.role = Formal::result, .type = R, .mayBeWider = !isFloat(R)},
             {.role = Formal::source, .type = A, .mayBeWider = !isFloat(A)}});
}

template <class Visit> void forAllIntegers(Visit visit) {
  forTypes<Type::u8, Type::s8>(visit);
  forIntegers(visit);
}

template <Type F> void addFloatConversions(OpcodeTable &table) {
  forAllIntegers([&]<Type I>() {
    defineConversion<convert<F>, F, I>(table, ".rn");
    defineConversion<toInteger<I, toNearest>, I, F>(table, ".rni");
    defineConversion<toInteger<I, toZero>, I, F>(table, ".rzi");
    defineConversion<toInteger<I, down>, I, F>(table, ".rmi");
    defineConversion<toInteger<I, up>, I, F>(table, ".rpi");
  });
  defineConversion<toNearest, F, F>(table, ".rni");
  defineConversion<toZero, F, F>(table, ".rzi");
  defineConversion<down, F, F>(table, ".rmi");
  defineConversion<up, F, F>(table, ".rpi");
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

template <uint64_t Window>
constexpr auto toGeneric =
    [](uint64_t address) { return Window << kOffsetBits | address; };
template <uint64_t Window>
constexpr auto fromGeneric = [](uint64_t address) {
  if (address >> kOffsetBits != Window)
    throw Fault("a generic address is converted to a space that it is not in");
  return address & kOffsetMask;
};
constexpr auto same = [](uint64_t address) { return address; };

template <uint64_t Window>
void addSpace(OpcodeTable &table, const std::string &space) {
  constexpr Type u64 = Type::u64;
  define<toGeneric<Window>, u64, u64>(table, "cvta." + space + ".u64");
  define<fromGeneric<Window>, u64, u64>(table, "cvta.to." + space + ".u64");
}

} // namespace

void dsc::test::ptx::addConversions(OpcodeTable &table) {
  constexpr Type u64 = Type::u64, f32 = Type::f32, f64 = Type::f64;
  forAllIntegers([&]<Type R>() {
    forAllIntegers(
        [&]<Type A>() { defineConversion<convert<R>, R, A>(table, ""); });
  });
  forTypes<Type::f32, Type::f64>(
      [&]<Type T>() { addFloatConversions<T>(table); });
  defineConversion<convert<f64>, f64, f32>(table, "");
  defineConversion<narrow, f32, f64>(table, ".rn");
  define<same, u64, u64>(table, "cvta.global.u64");
  define<same, u64, u64>(table, "cvta.to.global.u64");
  addSpace<kConstantWindow>(table, "const");
  addSpace<kSharedWindow>(table, "shared");
  addSpace<kLocalWindow>(table, "local");
}
