//===- Decimal.cpp - the numbers that authors wrote -----------------------===//

#include "compiler/Transforms/Resolve/Decimal.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <charconv>

using llvm::DynamicAPInt;

namespace dsc {

Decimal Decimal::of(double number) {
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number,
                                    std::chars_format::scientific);
  Decimal result;
  const char *at = buffer;
  bool fraction = false;
  for (; at != end && *at != 'e'; ++at) {
    if (*at == '.') {
      fraction = true;
      continue;
    }
    result.digits = result.digits * 10 + (*at - '0');
    result.exponent -= fraction;
  }
  int exponent = 0;
  if (at != end) {
    at += at[1] == '+' ? 2 : 1; // from_chars takes no plus sign
    std::from_chars(at, end, exponent);
  }
  result.exponent += exponent;
  return result;
}

static int64_t powerOfTen(int exponent) {
  int64_t power = 1;
  while (exponent-- > 0)
    power *= 10;
  return power;
}

Fraction toFraction(double number) {
  Decimal decimal = Decimal::of(number);
  if (decimal.exponent >= 0)
    return Fraction(DynamicAPInt(decimal.digits) *
                    DynamicAPInt(powerOfTen(decimal.exponent)));
  constexpr int finest = 18;
  int places = std::min(-decimal.exponent, finest);
  int dropped = std::min(-decimal.exponent - places, finest);
  return Fraction(decimal.digits / powerOfTen(dropped), powerOfTen(places));
}

static std::optional<int64_t> toInt64(const DynamicAPInt &value) {
  static const DynamicAPInt most(INT64_MAX), least(INT64_MIN);
  if (value > most || value < least)
    return std::nullopt;
  return static_cast<int64_t>(value);
}

std::optional<int64_t> roundNearest(const Fraction &value) {
  return toInt64(floor(value + Fraction(1, 2)));
}

std::optional<int64_t> roundUp(const Fraction &value) {
  return toInt64(ceil(value));
}

std::string formatFraction(const Fraction &value) {
  std::optional<int64_t> hundredths = roundNearest(value * Fraction(100, 1));
  if (!hundredths)
    return "more than 9e16";
  std::string text = std::to_string(*hundredths / 100);
  if (int64_t rest = *hundredths % 100) {
    text += "." + std::to_string(rest / 10);
    if (rest % 10)
      text += std::to_string(rest % 10);
  }
  return text;
}

/// In decimal; std::to_string knows no 128 bits.
static std::string toText(unsigned __int128 value) {
  std::string text;
  do
    text.insert(text.begin(),
                static_cast<char>('0' + static_cast<int>(value % 10)));
  while (value /= 10);
  return text;
}

double percentOf(double base, double percent) {
  Decimal a = Decimal::of(base), b = Decimal::of(percent);
  unsigned __int128 digits = static_cast<unsigned __int128>(a.digits) *
                             static_cast<unsigned __int128>(b.digits);
  std::string text =
      toText(digits) + "e" + std::to_string(a.exponent + b.exponent - 2);
  double result = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), result);
  // Beyond the doubles, as binary arithmetic would say.
  return error == std::errc() ? result : base * (percent / 100);
}

double timesPower(double base, double factor, int64_t power) {
  Decimal a = Decimal::of(base), b = Decimal::of(factor);
  DynamicAPInt digits(a.digits);
  int64_t exponent = a.exponent;
  for (int64_t i = 0; i < power; ++i) {
    digits *= DynamicAPInt(b.digits);
    exponent += b.exponent;
  }
  std::string text;
  llvm::raw_string_ostream(text) << digits << "e" << exponent;
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

} // namespace dsc
