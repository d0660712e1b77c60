//===- Quantity.cpp - numbers with units ----------------------------------===//

#include "compiler/Recipe/Quantity.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace llvm;

namespace dsc {

static constexpr StringLiteral units[] = {"steps", "samples", "tokens",
                                          "epochs", "evals"};
/// Longer than any run, and small enough that products of lengths stay exact
/// enough to be compared.
static constexpr double longest = 1e15;

namespace {

/// A decimal number as written: digits times a power of ten.
struct Decimal {
  std::string digits;
  int exponent = 0;

  std::optional<double> scaled(int scale) const {
    std::string text = digits + "e" + std::to_string(exponent + scale);
    double value = 0;
    auto result =
        std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
      return std::nullopt;
    return value;
  }
};

} // namespace

/// Digits with single underscores between them.
static bool takeDigits(StringRef &text, std::string &digits) {
  size_t before = digits.size();
  while (!text.empty()) {
    bool underscore = text.front() == '_' && digits.size() > before &&
                      text.size() > 1 && isDigit(text[1]);
    if (!underscore && !isDigit(text.front()))
      break;
    if (!underscore)
      digits += text.front();
    text = text.drop_front();
  }
  return digits.size() > before;
}

static std::optional<Decimal> takeDecimal(StringRef &text) {
  Decimal decimal;
  if (!takeDigits(text, decimal.digits) || decimal.digits.size() > 40)
    return std::nullopt;
  if (text.starts_with(".")) {
    text = text.drop_front();
    decimal.digits += '.';
    if (!takeDigits(text, decimal.digits) || decimal.digits.size() > 40)
      return std::nullopt;
  }
  if (text.size() > 1 && (text[0] == 'e' || text[0] == 'E')) {
    StringRef rest = text.drop_front();
    bool negative = rest.consume_front("-");
    if (!negative)
      rest.consume_front("+");
    std::string digits;
    if (!takeDigits(rest, digits) || digits.size() > 4)
      return std::nullopt;
    decimal.exponent = std::stoi(digits) * (negative ? -1 : 1);
    text = rest;
  }
  return decimal;
}

static int takeSuffix(StringRef &text) {
  for (auto [suffix, exponent] : {std::pair('k', 3), std::pair('M', 6),
                                  std::pair('B', 9), std::pair('T', 12)})
    if (!text.empty() && text.front() == suffix &&
        (text.size() == 1 || !isAlpha(text[1]))) {
      text = text.drop_front();
      return exponent;
    }
  return 0;
}

static std::string findUnit(StringRef word) {
  for (StringRef unit : units)
    if (word == unit || word == unit.drop_back())
      return unit.str();
  return "";
}

static ParsedLength refuse(const Twine &hint) { return {0, "", hint.str()}; }

static ParsedLength parsePercentLength(StringRef text, StringRef number) {
  std::optional<double> value = parsePercent(text, 0);
  if (!value)
    return refuse("write \"" + number + "%\"");
  if (*value > 100)
    return refuse("a percentage is of the whole run: at most \"100%\"");
  return {*value, "percent", ""};
}

/// What several phases share, each with its part.
static ParsedLength parseShareOfRest(StringRef percent) {
  std::optional<double> value = parsePercent(percent, 0);
  if (!value || !(*value > 0 && *value <= 100))
    return refuse("a share of the rest is above 0% and at most 100%");
  return {*value, "rest", ""};
}

/// A number that has no unit, or a unit that is none.
static ParsedLength refuseUnit(StringRef number, StringRef word) {
  if (word.empty())
    return refuse("add the unit: \"" + number + " steps\"");
  std::string unit = findUnit(word.lower());
  if (unit.empty())
    unit =
        nearestName(word, {units[0], units[1], units[2], units[3], units[4]});
  if (unit.empty())
    return refuse("the units are steps, samples, tokens, epochs and evals");
  return refuse("write \"" + number + " " + unit + "\"");
}

ParsedLength parseLength(StringRef text) {
  if (text == "rest")
    return {0, "rest", ""};
  StringRef rest = text;
  if (rest.starts_with("-"))
    return refuse("a length is never negative");
  std::optional<Decimal> decimal = takeDecimal(rest);
  if (!decimal)
    return refuse(nearestName(text, {"rest"}) == "rest" && text.size() < 8
                      ? "write \"rest\""
                      : "such as \"1000 steps\"");
  int suffix = takeSuffix(rest);
  StringRef number = text.drop_back(rest.size());
  if (!suffix && rest.trim() == "%")
    return parsePercentLength(text, number);
  if (!suffix && rest == "% of rest")
    return parseShareOfRest(text.drop_back(StringRef(" of rest").size()));
  std::string unit = rest.starts_with(" ") ? findUnit(rest.drop_front()) : "";
  if (unit.empty())
    return refuseUnit(number.take_front(40), rest.trim());
  std::optional<double> value = decimal->scaled(suffix);
  if (!value || *value > longest)
    return refuse("that is longer than any run");
  if (unit != "epochs" && *value != std::floor(*value))
    return refuse(unit + " are counted in whole numbers");
  return {*value, unit, ""};
}

//===----------------------------------------------------------------------===//
// Times
//===----------------------------------------------------------------------===//

namespace {

struct TimeUnit {
  StringLiteral name;
  double seconds;
  StringLiteral others[4]; ///< as people write it too
};

} // namespace

/// The smallest first.
static constexpr TimeUnit timeUnits[] = {
    {"s", 1, {"sec", "secs", "second", "seconds"}},
    {"min", 60, {"m", "mins", "minute", "minutes"}},
    {"h", 3600, {"hr", "hrs", "hour", "hours"}}};

ParsedTime parseTime(StringRef text) {
  StringRef rest = text;
  std::optional<Decimal> decimal = takeDecimal(rest);
  std::optional<double> value = decimal ? decimal->scaled(0) : std::nullopt;
  if (!value)
    return {std::nullopt, "such as \"10 min\""};
  std::string number = text.drop_back(rest.size()).take_front(40).str();
  for (const TimeUnit &unit : timeUnits) {
    if (rest == (" " + unit.name).str())
      return {*value * unit.seconds, ""};
    std::string word = rest.trim().lower();
    if (word == unit.name || is_contained(unit.others, word))
      return {std::nullopt, "write \"" + number + " " + unit.name.str() + "\""};
  }
  return {std::nullopt, rest.trim().empty()
                            ? "add the unit: \"" + number + " s\""
                            : "the units are s, min and h"};
}

std::string formatTime(double seconds) {
  for (const TimeUnit &unit : reverse(timeUnits))
    if (double value = seconds / unit.seconds; value >= 1 &&
                                               value == std::floor(value) &&
                                               value * unit.seconds == seconds)
      return formatCount(value) + " " + unit.name.str();
  return formatCount(seconds) + " s";
}

std::optional<double> parsePercent(StringRef text, int scale) {
  std::optional<Decimal> decimal = takeDecimal(text);
  if (!decimal || text != "%")
    return std::nullopt;
  return decimal->scaled(scale);
}

std::string formatCount(double value) {
  if (value == std::floor(value) && std::fabs(value) <= longest)
    return std::to_string(static_cast<int64_t>(value));
  return formatNumber(value);
}

std::string formatPercent(double percent) { return formatCount(percent) + "%"; }

std::string formatLength(double value, StringRef unit) {
  if (unit == "rest")
    return value == 0 ? "rest" : formatPercent(value) + " of rest";
  if (unit == "percent")
    return formatPercent(value);
  return formatCount(value) + " " +
         (value == 1 ? unit.drop_back() : unit).str();
}

} // namespace dsc
