//===- BitOpcodes.cpp - logic, shifts and bit fields ----------------------===//

#include "test/unit/Ptx/Opcodes.h"

#include <algorithm>
#include <type_traits>

using namespace dsc::test::ptx;

namespace {

constexpr auto both = [](auto a, auto b) { return a & b; };
constexpr auto either = [](auto a, auto b) { return a | b; };
constexpr auto differ = [](auto a, auto b) { return a ^ b; };
constexpr auto invert = [](auto a) { return ~a; };
constexpr auto isFalse = [](bool a) { return !a; };

/// Amounts past the width move every bit out.
constexpr auto shiftLeft = []<class T>(T a, uint32_t amount) {
  return amount >= 8 * sizeof(T) ? T(0) : T(uint64_t(a) << amount);
};
constexpr auto shiftRight = []<class T>(T a, uint32_t amount) {
  return T(int64_t(a) >> std::min(amount, 63u));
};
constexpr auto shiftRightLogical = []<class T>(T a, uint32_t amount) {
  return amount >= 8 * sizeof(T) ? T(0) : T(a >> amount);
};

/// Two words, the lower first, shifted together.
uint64_t join(uint32_t low, uint32_t high) {
  return uint64_t(high) << 32 | low;
}
constexpr auto funnelLeftWrap = [](uint32_t a, uint32_t b, uint32_t c) {
  return join(a, b) << (c & 31) >> 32;
};
constexpr auto funnelLeftClamp = [](uint32_t a, uint32_t b, uint32_t c) {
  return join(a, b) << std::min(c, 32u) >> 32;
};
constexpr auto funnelRightWrap = [](uint32_t a, uint32_t b, uint32_t c) {
  return join(a, b) >> (c & 31);
};
constexpr auto funnelRightClamp = [](uint32_t a, uint32_t b, uint32_t c) {
  return join(a, b) >> std::min(c, 32u);
};

constexpr auto countOnes = [](auto a) { return std::popcount(a); };
constexpr auto countLeading = [](auto a) { return std::countl_zero(a); };
constexpr auto reverse = []<class T>(T a) {
  T reversed = 0;
  for (unsigned i = 0; i < 8 * sizeof(T); ++i)
    reversed |= T(a >> i & 1) << (8 * sizeof(T) - 1 - i);
  return reversed;
};

/// The field of `length` bits at `position`; past the top, and past the length,
/// zeros, or for a signed type copies of the field's highest bit.
constexpr auto extract = []<class T>(T a, uint32_t position, uint32_t length) {
  constexpr unsigned width = 8 * sizeof(T);
  position &= 0xFF;
  length &= 0xFF;
  bool sign = std::is_signed_v<T> && length != 0 &&
              (uint64_t(a) >> std::min(position + length - 1, width - 1) & 1);
  uint64_t field = 0;
  for (unsigned i = 0; i < width; ++i) {
    bool isInside = i < length && position + i < width;
    field |= uint64_t(isInside ? uint64_t(a) >> (position + i) & 1 : sign) << i;
  }
  return T(field);
};
constexpr auto insert = []<class T>(T a, T b, uint32_t position,
                                    uint32_t length) {
  position &= 0xFF;
  length &= 0xFF;
  for (unsigned i = 0; i < length && position + i < 8 * sizeof(T); ++i) {
    T bit = T(1) << (position + i);
    b = T(a >> i & 1) ? T(b | bit) : T(b & ~bit);
  }
  return b;
};

/// Bytes of two words by four selectors, of which the highest bit asks for
/// copies of the byte's sign.
constexpr auto permute = [](uint32_t a, uint32_t b, uint32_t selectors) {
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    unsigned selector = selectors >> (4 * i) & 0xF;
    uint8_t byte = join(a, b) >> (8 * (selector & 7));
    if (selector & 8)
      byte = byte & 0x80 ? 0xFF : 0;
    result |= uint32_t(byte) << (8 * i);
  }
  return result;
};

/// Any function of three bits, by its table.
constexpr auto lookUp = [](uint32_t a, uint32_t b, uint32_t c, uint32_t table) {
  uint32_t result = 0;
  for (unsigned i = 0; i < 32; ++i) {
    unsigned row = (a >> i & 1) << 2 | (b >> i & 1) << 1 | (c >> i & 1);
    result |= (table >> row & 1) << i;
  }
  return result;
};

template <Type T> void addLogic(OpcodeTable &table) {
  std::string type = "." + nameOf(T);
  define<both, T, T, T>(table, "and" + type);
  define<either, T, T, T>(table, "or" + type);
  define<differ, T, T, T>(table, "xor" + type);
  if constexpr (T == Type::pred)
    define<isFalse, T, T>(table, "not" + type);
  else
    define<invert, T, T>(table, "not" + type);
}

template <Type T> void addFields(OpcodeTable &table) {
  constexpr Type u32 = Type::u32;
  std::string type = "." + nameOf(T);
  define<countOnes, u32, T>(table, "popc" + type);
  define<countLeading, u32, T>(table, "clz" + type);
  define<reverse, T, T>(table, "brev" + type);
  define<insert, T, T, T, u32, u32>(table, "bfi" + type);
}

} // namespace

void dsc::test::ptx::addBitOpcodes(OpcodeTable &table) {
  constexpr Type b32 = Type::b32, u32 = Type::u32;
  forTypes<Type::pred, Type::b16, Type::b32, Type::b64>(
      [&]<Type T>() { addLogic<T>(table); });
  forTypes<Type::b16, Type::b32, Type::b64>([&]<Type T>() {
    define<shiftLeft, T, T, u32>(table, "shl." + nameOf(T));
    define<shiftRightLogical, T, T, u32>(table, "shr." + nameOf(T));
  });
  forTypes<Type::u16, Type::u32, Type::u64>([&]<Type T>() {
    define<shiftRightLogical, T, T, u32>(table, "shr." + nameOf(T));
  });
  forTypes<Type::s16, Type::s32, Type::s64>([&]<Type T>() {
    define<shiftRight, T, T, u32>(table, "shr." + nameOf(T));
  });
  forTypes<Type::b32, Type::b64>([&]<Type T>() { addFields<T>(table); });
  forTypes<Type::u32, Type::s32, Type::u64, Type::s64>([&]<Type T>() {
    define<extract, T, T, u32, u32>(table, "bfe." + nameOf(T));
  });
  define<funnelLeftWrap, b32, b32, b32, u32>(table, "shf.l.wrap.b32");
  define<funnelLeftClamp, b32, b32, b32, u32>(table, "shf.l.clamp.b32");
  define<funnelRightWrap, b32, b32, b32, u32>(table, "shf.r.wrap.b32");
  define<funnelRightClamp, b32, b32, b32, u32>(table, "shf.r.clamp.b32");
  define<permute, b32, b32, b32, b32>(table, "prmt.b32");
  define<lookUp, b32, b32, b32, b32, b32>(table, "lop3.b32");
}
