//===- Print.cpp - a recipe back as TOML ----------------------------------===//

#include "compiler/Recipe/Print.h"

#include "compiler/Recipe/Quantity.h"
#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/raw_ostream.h"

#include <charconv>

using namespace mlir;

namespace dsc {

/// A share as the shortest percentage that reads back as the same bits: scaling
/// by 100 would round.
static std::string printShare(double share) {
  char buffer[32];
  char *end = std::to_chars(buffer, buffer + sizeof buffer, share,
                            std::chars_format::scientific)
                  .ptr;
  auto [mantissa, exponent] = StringRef(buffer, end - buffer).split('e');
  int shift = 0;
  (void)exponent.ltrim('+').getAsInteger(10, shift);
  std::string moved = (mantissa + "e" + Twine(shift + 2)).str();
  std::string plain = formatPercent(std::strtod(moved.c_str(), nullptr));
  return parsePercent(plain, -2) == share ? plain : moved + "%";
}

static std::string printMembers(DictionaryAttr members, StringRef type) {
  std::vector<std::string> parts;
  for (StringRef name : {"from", "to", "names", "dims", "role"})
    if (Attribute member = members.get(name))
      parts.push_back(name.str() + " = " + printValue(member, type));
  return "{ " + llvm::join(parts, ", ") + " }";
}

std::string printValue(Attribute attribute, StringRef type) {
  return llvm::TypeSwitch<Attribute, std::string>(attribute)
      .Case([](StringAttr text) { return quoteText(text.getValue()); })
      .Case([](BoolAttr flag) {
        return std::string(flag.getValue() ? "true" : "false");
      })
      .Case(
          [](IntegerAttr integer) { return std::to_string(integer.getInt()); })
      .Case([&](FloatAttr number) {
        double value = number.getValueAsDouble();
        return type == "share"  ? quoteText(printShare(value))
               : type == "time" ? quoteText(formatTime(value))
                                : formatNumber(value);
      })
      .Case([](LengthAttr length) {
        return quoteText(formatLength(length.getValue().getValueAsDouble(),
                                      length.getUnit()));
      })
      .Case([](AmountAttr amount) {
        double value = amount.getValue().getValueAsDouble();
        return amount.getOfPeak() ? quoteText(formatPercent(value))
                                  : formatNumber(value);
      })
      .Case([&](ArrayAttr array) {
        std::vector<std::string> items;
        for (Attribute item : array)
          items.push_back(printValue(item, type));
        return (llvm::Twine("[") + llvm::join(items, ", ") + "]").str();
      })
      .Case(
          [&](DictionaryAttr members) { return printMembers(members, type); });
}

/// An inline table in the order of its keys.
static std::string printKeyValue(Attribute attribute, const KeyInfo &key) {
  if (key.members.empty())
    return printValue(attribute, key.type);
  std::vector<std::string> parts;
  for (const KeyInfo &member : key.members)
    if (Attribute value = cast<DictionaryAttr>(attribute).get(member.attribute))
      parts.push_back(member.name.str() + " = " + printKeyValue(value, member));
  return "{ " + llvm::join(parts, ", ") + " }";
}

namespace {

/// Writes one table after another.
class RecipePrinter {
public:
  RecipePrinter(const PrintOptions &options) : options(options), os(text) {}

  std::string print(Operation *recipe) {
    printKeys(*findTable("", ""), recipe);
    for (StringRef path : getTablePaths())
      for (Operation &op : recipe->getRegion(0).front())
        if (const TableInfo *table = findTableOfOp(op.getName().getStringRef()))
          if (table->path == path)
            printTable(*table, &op);
    return text;
  }

private:
  void printTable(const TableInfo &table, Operation *op) {
    os << "\n" << describeTable(table.path) << "\n";
    // An item goes by its name, and then by its kind.
    bool named = !table.keys.empty() && table.keys.front().name == "name";
    if (named)
      printKey(table.keys.front(), op);
    if (!table.kind.empty() && table.kindFrom.empty())
      printLine(op, "kind", quoteText(table.kind));
    for (const KeyInfo &key : named ? table.keys.drop_front() : table.keys)
      printKey(key, op);
  }

  void printKeys(const TableInfo &table, Operation *op) {
    for (const KeyInfo &key : table.keys)
      printKey(key, op);
  }

  void printKey(const KeyInfo &key, Operation *op) {
    if (auto value = op->getInherentAttr(key.attribute); value && *value)
      printLine(op, key.name, printKeyValue(*value, key));
  }

  void printLine(Operation *op, StringRef key, const std::string &value) {
    std::string line = (key + " = " + value).str();
    os << line;
    if (options.origins) {
      constexpr size_t commentColumn = 40;
      os.indent(line.size() < commentColumn ? commentColumn - line.size() : 1);
      os << "# " << getKeyOrigin(op, key);
    }
    os << "\n";
  }

  const PrintOptions &options;
  std::string text;
  llvm::raw_string_ostream os;
};

} // namespace

std::string printRecipe(Operation *recipe, const PrintOptions &options) {
  return RecipePrinter(options).print(recipe);
}

} // namespace dsc
