//===- Toml.cpp - TOML text as a small tree of values ---------------------===//
//
// The only file that knows toml++. Its assertions, which in release builds
// would turn into assumptions, are made to throw, and what it throws becomes a
// diagnostic here.
//
//===----------------------------------------------------------------------===//

#include "compiler/Recipe/Toml.h"

#include "compiler/Recipe/TomlLimits.h"
#include "compiler/Recipe/TomlSyntax.h"
#include "dialect/Dsc/Diagnostics.h"

#include "mlir/IR/Builders.h"

#include <algorithm>
#include <stdexcept>
#include <variant>

[[noreturn]] static void throwTomlAssertion(const char *condition) {
  throw std::logic_error(condition);
}

#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition)                                                 \
  ((condition) ? void() : throwTomlAssertion(#condition))
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

using namespace mlir;

namespace dsc {

namespace {

/// Turns nodes of toml++ into values, each with its place.
class Converter {
public:
  Converter(MLIRContext &context, StringRef file, LocationAttr fixedPlace)
      : file(StringAttr::get(&context, file)), fixedPlace(fixedPlace) {}

  TomlValue convert(const toml::node &node) {
    TomlValue value;
    value.place = placeOf(node.source());
    if (auto *table = node.as_table()) {
      value.kind = TomlValue::Kind::table;
      convertMembers(*table, value);
    } else if (auto *array = node.as_array()) {
      value.kind = TomlValue::Kind::array;
      value.items.reserve(array->size());
      for (const toml::node &item : *array)
        value.items.push_back(convert(item));
    } else if (auto *integer = node.as_integer()) {
      value.kind = TomlValue::Kind::integer;
      value.integer = integer->get();
    } else if (auto *number = node.as_floating_point()) {
      value.kind = TomlValue::Kind::number;
      value.number = number->get();
    } else if (auto *boolean = node.as_boolean()) {
      value.kind = TomlValue::Kind::boolean;
      value.boolean = boolean->get();
    } else {
      value.kind = TomlValue::Kind::text;
      if (auto *text = node.as_string())
        value.text = text->get();
    }
    return value;
  }

private:
  /// toml++ sorts its keys; authors do not.
  void convertMembers(const toml::table &table, TomlValue &value) {
    using Entry = std::pair<const toml::key *, const toml::node *>;
    std::vector<Entry> entries;
    entries.reserve(table.size());
    for (auto &&[key, node] : table)
      entries.push_back({&key, &node});
    std::stable_sort(
        entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
          return before(a.first->source().begin, b.first->source().begin);
        });
    value.members.reserve(entries.size());
    for (auto &[key, node] : entries) {
      value.members.push_back({std::string(key->str()), convert(*node)});
      value.members.back().second.keyPlace = placeOf(key->source());
    }
  }

  static bool before(const toml::source_position &a,
                     const toml::source_position &b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  }

  LocationAttr placeOf(const toml::source_region &region) {
    if (fixedPlace)
      return fixedPlace;
    return FileLineColRange::get(file, region.begin.line, region.begin.column,
                                 region.end.line, region.end.column);
  }

  StringAttr file;
  LocationAttr fixedPlace;
};

/// Parses or says where and why not.
std::variant<toml::table, SyntaxProblem> parseGuarded(StringRef text) {
  try {
    return toml::parse(std::string_view(text.data(), text.size()));
  } catch (const toml::parse_error &error) {
    auto at = error.source().begin;
    return SyntaxProblem{at.line, at.column, std::string(error.description())};
  } catch (const std::exception &) {
    return SyntaxProblem{1, 1, "this is not TOML"};
  }
}

} // namespace

std::optional<TomlValue> parseToml(MLIRContext &context, StringRef text,
                                   StringRef file) {
  text.consume_front("\xef\xbb\xbf");
  auto report = [&](unsigned line, unsigned column, const Twine &message,
                    const Twine &hint) {
    auto diagnostic =
        emitError(FileLineColRange::get(&context, file, line, column), message);
    attachHint(diagnostic, hint);
  };
  if (auto problem = findTomlProblem(text)) {
    auto [line, column] = findLineAndColumn(text, problem->offset);
    report(line, column, problem->message, problem->hint);
    return std::nullopt;
  }

  // One mistake hides the next, so lines that do not parse are blanked out and
  // the rest is read again, as long as that cannot mislead.
  std::string remaining = text.str();
  for (unsigned attempt = 0;; ++attempt) {
    auto parsed = parseGuarded(remaining);
    if (auto *table = std::get_if<toml::table>(&parsed)) {
      if (attempt)
        return std::nullopt;
      return Converter(context, file, {}).convert(*table);
    }
    SyntaxProblem problem = std::get<SyntaxProblem>(parsed);
    std::string hint = explainSyntax(problem, remaining);
    report(problem.line, problem.column, problem.message, hint);
    if (attempt == 8 || !blankLine(remaining, problem.line))
      return std::nullopt;
  }
}

std::optional<TomlValue> parseTomlValue(MLIRContext &context, StringRef text,
                                        LocationAttr place) {
  std::string line = ("value = " + text + "\n").str();
  if (findTomlProblem(line))
    return std::nullopt;
  auto parsed = parseGuarded(line);
  auto *table = std::get_if<toml::table>(&parsed);
  if (!table || table->size() != 1)
    return std::nullopt;
  TomlValue root = Converter(context, "", place).convert(*table);
  if (root.members.front().first != "value")
    return std::nullopt;
  return std::move(root.members.front().second);
}

} // namespace dsc
