//===- Overrides.cpp - --set and --unset ----------------------------------===//
//
// A path of the command line walks down the composed recipe: by keys through
// tables, by names through array tables.
//
//===----------------------------------------------------------------------===//

#include "compiler/Recipe/Compose.h"
#include "compiler/Recipe/Import.h"
#include "compiler/Recipe/TomlLimits.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace mlir;

namespace dsc {

namespace {

/// One argument, and where its path leads.
class Override {
public:
  Override(MLIRContext &context, StringRef option, StringRef argument)
      : context(context), option(option), argument(argument),
        place(NameLoc::get(StringAttr::get(
            &context, (option + " " + argument.take_front(200)).str()))) {}

  LogicalResult set(TomlValue &root);
  LogicalResult unset(TomlValue &root);

private:
  using Parts = SmallVector<std::string>;

  LogicalResult checkText();
  LogicalResult splitPath(StringRef text, Parts &parts);
  TomlValue *walk(TomlValue &root, ArrayRef<std::string> parts,
                  std::string &path, bool create);
  TomlValue *stepIntoItem(TomlValue &array, StringRef name, StringRef path);
  TomlValue *stepIntoTable(TomlValue &table, StringRef name, StringRef path,
                           bool create);
  TomlValue readValue(StringRef text);
  LogicalResult fail(const Twine &message, const Twine &hint = {});
  LogicalResult failUnknown(StringRef name, StringRef path,
                            ArrayRef<StringRef> names);

  MLIRContext &context;
  StringRef option, argument;
  LocationAttr place;
};

} // namespace

LogicalResult Override::fail(const Twine &message, const Twine &hint) {
  InFlightDiagnostic diagnostic = emitError(place, message);
  return attachHint(diagnostic, hint);
}

LogicalResult Override::failUnknown(StringRef name, StringRef path,
                                    ArrayRef<StringRef> names) {
  std::string where = path.empty() ? "the recipe" : describeName(path);
  std::string near = nearestName(name, names);
  std::string hint;
  if (!near.empty())
    hint = "did you mean '" + near + "'?";
  else if (!names.empty())
    hint = "the names there are " + llvm::join(names.take_front(20), ", ");
  return fail("no " + describeName(name) + " in " + where, hint);
}

LogicalResult Override::checkText() {
  if (argument.size() > maxTextBytes)
    return fail("an override has at most " + Twine(maxTextBytes) + " bytes");
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(argument.begin());
  auto *end = reinterpret_cast<const llvm::UTF8 *>(argument.end());
  if (!llvm::isLegalUTF8String(&begin, end)) {
    place = NameLoc::get(StringAttr::get(&context, option));
    return fail("found bytes that are not UTF-8");
  }
  return success();
}

/// Splits at dots; a part in quotes may hold them.
LogicalResult Override::splitPath(StringRef text, Parts &parts) {
  do {
    text = text.ltrim();
    std::string part;
    if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
      size_t close = text.find(text.front(), 1);
      if (close == StringRef::npos)
        return fail("a quote is not closed");
      part = text.substr(1, close - 1).str();
      text = text.drop_front(close + 1).ltrim();
      if (!text.empty() && text.front() != '.')
        return fail("expected '.' after a name in quotes");
    } else {
      StringRef word = text.take_until([](char c) { return c == '.'; });
      part = word.rtrim().str();
      text = text.drop_front(word.size());
    }
    if (part.empty())
      return fail("a path has an empty part",
                  "such as schedule.phase.warmup.length");
    parts.push_back(part);
    if (parts.size() > maxKeyParts)
      return fail("a path has more than " + Twine(maxKeyParts) + " parts");
  } while (text.consume_front("."));
  return success();
}

TomlValue *Override::stepIntoItem(TomlValue &array, StringRef name,
                                  StringRef path) {
  SmallVector<StringRef> names;
  for (TomlValue &item : array.items) {
    StringRef itemName = getItemName(item);
    if (item.isTable() && itemName == name)
      return &item;
    if (!itemName.empty())
      names.push_back(itemName);
  }
  (void)failUnknown(name, path, names);
  return nullptr;
}

/// What the language knows of a table, by its kind where it has one.
static const TableInfo *tableInfoOf(const TomlValue &table, StringRef path) {
  const TomlValue *kind = table.find("kind");
  const TableInfo *info = findTable(path, kind ? kind->text : "");
  return info ? info : findTable(path, "");
}

/// The table or array `name` in a table; a table of the language that the
/// recipe leaves out is there all the same.
TomlValue *Override::stepIntoTable(TomlValue &table, StringRef name,
                                   StringRef path, bool create) {
  std::string child = joinPath(path, name);
  if (TomlValue *found = table.find(name))
    if (found->isTable() || isArrayPath(child))
      return found;
  if (create && isTablePath(child) && !isArrayPath(child)) {
    table.members.push_back({name.str(), TomlValue()});
    TomlValue &value = table.members.back().second;
    value.place = value.keyPlace = place;
    return &value;
  }
  if (isTablePath(child)) {
    (void)fail("the recipe has no " + describeTable(child));
    return nullptr;
  }
  if (const TableInfo *info = tableInfoOf(table, path)) {
    if (findReservedKey(*info, name)) {
      (void)fail(describeName(name) + " in " + describeTable(path) +
                 " is not supported yet");
      return nullptr;
    }
    if (findKey(*info, name)) {
      (void)fail("'" + child + "' is a key, expected a value for it",
                 "such as --set " + child + "=VALUE");
      return nullptr;
    }
  }
  SmallVector<StringRef> names;
  for (StringRef known : getTablePaths()) {
    if (!path.empty() &&
        !(known.consume_front(path) && known.consume_front(".")))
      continue;
    if (!known.contains('.'))
      names.push_back(known);
  }
  for (const auto &member : table.members)
    if (!llvm::is_contained(names, member.first) && names.size() < 100)
      names.push_back(member.first);
  (void)failUnknown(name, path, names);
  return nullptr;
}

/// Follows the parts to a table; `path` becomes its path without item names.
TomlValue *Override::walk(TomlValue &root, ArrayRef<std::string> parts,
                          std::string &path, bool create) {
  TomlValue *at = &root;
  for (const std::string &part : parts) {
    if (at->isArray()) {
      at = stepIntoItem(*at, part, path);
    } else {
      at = stepIntoTable(*at, part, path, create);
      path = joinPath(path, part);
    }
    if (!at)
      return nullptr;
  }
  return at;
}

/// TOML where it parses, else a text.
TomlValue Override::readValue(StringRef text) {
  if (auto value = parseTomlValue(context, text.trim(), place))
    return std::move(*value);
  TomlValue value;
  value.kind = TomlValue::Kind::text;
  value.text = text.str();
  value.place = place;
  return value;
}

LogicalResult Override::set(TomlValue &root) {
  if (failed(checkText()))
    return failure();
  auto [key, text] = argument.split('=');
  if (key.size() == argument.size())
    return fail("expected KEY=VALUE", "such as --set train.batch=64");
  Parts parts;
  std::string path;
  if (failed(splitPath(key, parts)))
    return failure();
  TomlValue *table =
      walk(root, ArrayRef(parts).drop_back(), path, /*create=*/true);
  if (!table)
    return failure();
  TomlValue value = readValue(text);
  value.keyPlace = place;
  if (table->isArray()) {
    TomlValue *item = stepIntoItem(*table, parts.back(), path);
    if (!item)
      return failure();
    if (!value.isTable())
      return fail("expected a key of the item after its name");
    return mergeTable(*item, std::move(value), path);
  }
  if (isArrayPath(joinPath(path, parts.back())))
    return fail("expected the name of an item and a key",
                "such as " + key.trim() + ".NAME.KEY=VALUE");
  TomlValue over;
  over.place = table->place;
  over.keyPlace = table->keyPlace;
  over.members.push_back({parts.back(), std::move(value)});
  return mergeTable(*table, std::move(over), path);
}

/// Whether some table at the path, of the kind that is written or of any, has
/// the key.
static bool mayHave(StringRef path, const TomlValue &table, StringRef key) {
  const TomlValue *kind = table.find("kind");
  return llvm::any_of(getTables(), [&](const TableInfo &info) {
    bool fits = info.kind.empty() || !info.kindFrom.empty() ||
                (kind && kind->text == info.kind);
    return info.path == path && fits &&
           llvm::is_contained(getMemberNames(info), key);
  });
}

LogicalResult Override::unset(TomlValue &root) {
  Parts parts;
  std::string path;
  if (failed(checkText()) || failed(splitPath(argument, parts)))
    return failure();
  TomlValue *table =
      walk(root, ArrayRef(parts).drop_back(), path, /*create=*/false);
  if (!table)
    return failure();
  if (table->isArray()) {
    TomlValue *item = stepIntoItem(*table, parts.back(), path);
    if (!item)
      return failure();
    table->items.erase(table->items.begin() + (item - table->items.data()));
    return success();
  }
  auto found = llvm::find_if(table->members, [&](const auto &member) {
    return member.first == parts.back();
  });
  if (found != table->members.end()) {
    table->members.erase(found);
    return success();
  }
  // A key that the table could have is as unset as was asked for.
  if (mayHave(path, *table, parts.back()))
    return success();
  SmallVector<StringRef> names;
  for (const auto &member : table->members)
    names.push_back(member.first);
  return failUnknown(parts.back(), path, names);
}

LogicalResult applySet(MLIRContext &context, TomlValue &root,
                       StringRef argument) {
  return Override(context, "--set", argument).set(root);
}

LogicalResult applyUnset(MLIRContext &context, TomlValue &root,
                         StringRef argument) {
  return Override(context, "--unset", argument).unset(root);
}

} // namespace dsc
