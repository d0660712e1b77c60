//===- Types.h - PTX types and the C++ types that hold them -----*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_TYPES_H
#define DSC_TEST_UNIT_PTX_TYPES_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace dsc::test::ptx {

enum class Type : uint8_t {
  pred,
  b8,
  u8,
  s8,
  b16,
  u16,
  s16,
  b32,
  u32,
  s32,
  f32,
  b64,
  u64,
  s64,
  f64
};

using CppTypes = std::tuple<bool, uint8_t, uint8_t, int8_t, uint16_t, uint16_t,
                            int16_t, uint32_t, uint32_t, int32_t, float,
                            uint64_t, uint64_t, int64_t, double>;
template <Type T> using Cpp = std::tuple_element_t<size_t(T), CppTypes>;

inline constexpr std::array<std::string_view, 15> kTypeNames = {
    "pred", "b8",  "u8",  "s8",  "b16", "u16", "s16", "b32",
    "u32",  "s32", "f32", "b64", "u64", "s64", "f64"};
inline constexpr std::array<unsigned, 15> kTypeBytes = {1, 1, 1, 1, 2, 2, 2, 4,
                                                        4, 4, 4, 8, 8, 8, 8};

constexpr unsigned bytesOf(Type type) { return kTypeBytes[size_t(type)]; }

inline std::string nameOf(Type type) {
  return std::string(kTypeNames[size_t(type)]);
}

constexpr bool isFloat(Type type) {
  return type == Type::f32 || type == Type::f64;
}

/// `name` with its dot.
inline std::optional<Type> findType(std::string_view name) {
  for (size_t i = 0; i < kTypeNames.size(); ++i)
    if (name.size() > 1 && name[0] == '.' && name.substr(1) == kTypeNames[i])
      return Type(i);
  return std::nullopt;
}

enum class Space : uint8_t { generic, global, constant, shared, local, param };

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_TYPES_H
