//===- Compose.cpp - one recipe from several ------------------------------===//

#include "compiler/Recipe/Compose.h"

#include "compiler/Recipe/Import.h"
#include "compiler/Recipe/TomlLimits.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"
#include "dialect/Dsc/Language.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <filesystem>

using namespace mlir;

namespace dsc {

std::string joinPath(StringRef path, StringRef name) {
  return path.empty() ? name.str() : (path + "." + name).str();
}

StringRef getItemName(const TomlValue &item) {
  for (StringRef key : {"name", "kind", "source"})
    if (const TomlValue *name = item.find(key))
      return name->isText() ? StringRef(name->text) : "";
  return "";
}

namespace {

/// The words by which a table speaks of its own composition.
struct Instructions {
  bool inherit = true, remove = false;
  std::optional<TomlValue> after;
};

/// The items of one array table while a layer is laid over them. Names are
/// looked up in constant time, and positions settle at the end.
class ItemMerger {
public:
  ItemMerger(TomlValue &array, StringRef path) : array(array), path(path) {
    for (auto [index, item] : llvm::enumerate(array.items)) {
      order.push_back(index);
      if (StringRef name = getItemName(item); !name.empty())
        byName.try_emplace(name, index);
    }
    removed.assign(array.items.size(), false);
  }

  LogicalResult merge(std::vector<TomlValue> items);

private:
  LogicalResult mergeItem(TomlValue item);
  LogicalResult moveAfter(size_t index, const TomlValue &after);
  std::optional<size_t> find(const TomlValue &asker, StringRef name);
  void settle();

  TomlValue &array;
  StringRef path;
  std::vector<size_t> order;
  std::vector<bool> removed;
  llvm::StringMap<size_t> byName;
  llvm::StringSet<> ofThisLayer;
};

} // namespace

/// Takes an instruction out of a table. A value of another type is an error.
static LogicalResult takeSwitch(TomlValue &table, StringRef name,
                                bool &result) {
  auto found = llvm::find_if(
      table.members, [&](const auto &member) { return member.first == name; });
  if (found == table.members.end())
    return success();
  TomlValue value = std::move(found->second);
  table.members.erase(found);
  if (value.kind != TomlValue::Kind::boolean)
    return emitError(value.place)
           << "'" << name << "' is " << describeValue(value)
           << ", expected true or false";
  result = value.boolean;
  return success();
}

static LogicalResult takeAfter(TomlValue &table,
                               std::optional<TomlValue> &after) {
  auto found = llvm::find_if(table.members, [](const auto &member) {
    return member.first == "after";
  });
  if (found == table.members.end())
    return success();
  after = std::move(found->second);
  table.members.erase(found);
  if (!after->isText())
    return emitError(after->place) << "'after' is " << describeValue(*after)
                                   << ", expected the name of an item";
  return success();
}

/// Under another kind, what only the old kind has would be an unknown key.
static void dropKeysOfOldKind(TomlValue &base, const TomlValue &over,
                              StringRef path) {
  const TomlValue *from = base.find("kind");
  const TomlValue *to = over.find("kind");
  if (!from || !to || !to->isText() || from->text == to->text)
    return;
  const TableInfo *table = findTable(path, to->text);
  if (!table)
    return;
  llvm::erase_if(base.members, [&](const TomlValue::Member &member) {
    const std::string &name = member.first;
    return name != "kind" && !findKey(*table, name) &&
           !isTablePath(joinPath(path, name));
  });
}

/// The same for a table below, whose kind is a key of this one.
static void dropKeysOfOldType(TomlValue &base, const TomlValue &over,
                              StringRef path) {
  for (TomlValue::Member &member : base.members) {
    std::string child = joinPath(path, member.first);
    StringRef source = getKindSource(child);
    if (source.empty() || !member.second.isTable())
      continue;
    const TomlValue *from = base.find(source);
    const TomlValue *to = over.find(source);
    if (!from || !to || !to->isText() || from->text == to->text)
      continue;
    if (const TableInfo *table = findTable(child, to->text))
      llvm::erase_if(member.second.members,
                     [&](const TomlValue::Member &parameter) {
                       return !findKey(*table, parameter.first);
                     });
  }
}

static TomlValue makeEmpty(TomlValue::Kind kind, const TomlValue &like) {
  TomlValue value;
  value.kind = kind;
  value.place = like.place;
  value.keyPlace = like.keyPlace;
  return value;
}

/// Merges one member into its slot, which may be new.
static LogicalResult mergeMember(TomlValue &slot, TomlValue over,
                                 StringRef path) {
  if (over.isTable()) {
    if (!slot.isTable())
      slot = makeEmpty(TomlValue::Kind::table, over);
    return mergeTable(slot, std::move(over), path);
  }
  if (over.isArray() && isArrayPath(path)) {
    if (!slot.isArray())
      slot = makeEmpty(TomlValue::Kind::array, over);
    return ItemMerger(slot, path).merge(std::move(over.items));
  }
  slot = std::move(over);
  return success();
}

static LogicalResult checkVersion(const TomlValue &table) {
  const TomlValue *version = table.find("dsc");
  if (!version || version->kind != TomlValue::Kind::integer ||
      version->integer == kLanguageVersion)
    return success();
  InFlightDiagnostic diagnostic = emitError(version->place)
                                  << "'dsc' is " << version->integer
                                  << ", expected " << kLanguageVersion;
  attachHint(diagnostic, "this compiler knows version " +
                             std::to_string(kLanguageVersion) +
                             " of the language");
  return diagnostic;
}

LogicalResult mergeTable(TomlValue &base, TomlValue over, StringRef path) {
  bool inherit = true, ok = true;
  if (failed(takeSwitch(over, "inherit", inherit)))
    ok = false;
  if (path.empty() && failed(checkVersion(over)))
    ok = false;
  if (!inherit)
    base.members.clear();
  dropKeysOfOldKind(base, over, path);
  dropKeysOfOldType(base, over, path);
  base.place = over.place;
  base.keyPlace = over.keyPlace;

  llvm::StringMap<size_t> slots;
  for (auto [index, member] : llvm::enumerate(base.members))
    slots[member.first] = index;
  for (auto &[name, value] : over.members) {
    auto [slot, isNew] = slots.try_emplace(name, base.members.size());
    if (isNew) {
      base.members.push_back({name, TomlValue()});
      base.members.back().second.kind = TomlValue::Kind::boolean;
    }
    if (failed(mergeMember(base.members[slot->second].second, std::move(value),
                           joinPath(path, name))))
      ok = false;
  }
  return success(ok);
}

LogicalResult ItemMerger::merge(std::vector<TomlValue> items) {
  bool ok = true;
  for (TomlValue &item : items) {
    if (array.items.size() >= maxArrayItems) {
      emitError(item.place) << "more than " << maxArrayItems << " "
                            << describeTable(path) << " tables";
      ok = false;
      break;
    }
    if (failed(mergeItem(std::move(item))))
      ok = false;
  }
  settle();
  return success(ok);
}

LogicalResult ItemMerger::mergeItem(TomlValue item) {
  // What is no table is reported when the recipe is imported.
  if (!item.isTable()) {
    order.push_back(array.items.size());
    removed.push_back(false);
    array.items.push_back(std::move(item));
    return success();
  }
  Instructions words;
  if (failed(takeSwitch(item, "remove", words.remove)) ||
      failed(takeAfter(item, words.after)))
    return failure();
  std::string name = getItemName(item).str();
  if (!name.empty() && !ofThisLayer.insert(name).second) {
    auto diagnostic = emitError(item.place)
                      << "a second " << describeTable(path) << " is named "
                      << describeName(name);
    attachHint(diagnostic, "give it a name of its own");
    return diagnostic;
  }
  if (words.remove) {
    std::optional<size_t> index = find(item, name);
    if (!index)
      return failure();
    removed[*index] = true;
    byName.erase(name);
    return success();
  }
  auto known = byName.find(name);
  size_t index = known == byName.end() ? array.items.size() : known->second;
  if (index == array.items.size()) {
    order.push_back(index);
    removed.push_back(false);
    array.items.push_back(makeEmpty(TomlValue::Kind::table, item));
    if (!name.empty())
      byName[name] = index;
  }
  bool ok = succeeded(mergeTable(array.items[index], std::move(item), path));
  if (words.after && failed(moveAfter(index, *words.after)))
    ok = false;
  return success(ok);
}

LogicalResult ItemMerger::moveAfter(size_t index, const TomlValue &after) {
  std::optional<size_t> target = find(after, after.text);
  if (!target)
    return failure();
  if (*target == index)
    return emitError(after.place) << "an item cannot stand after itself";
  order.erase(llvm::find(order, index));
  order.insert(std::next(llvm::find(order, *target)), index);
  return success();
}

/// The item of that name; an error that lists near names where there is none.
std::optional<size_t> ItemMerger::find(const TomlValue &asker, StringRef name) {
  if (auto found = byName.find(name); found != byName.end())
    return found->second;
  SmallVector<StringRef> names;
  for (const auto &entry : byName)
    names.push_back(entry.getKey());
  llvm::sort(names);
  auto diagnostic = emitError(asker.place);
  if (name.empty())
    diagnostic << "this " << describeTable(path) << " has no name";
  else
    diagnostic << "no " << describeTable(path) << " is named "
               << describeName(name);
  std::string near = nearestName(name, names);
  names.truncate(std::min<size_t>(names.size(), 10));
  if (!near.empty())
    attachHint(diagnostic, "did you mean '" + near + "'?");
  else if (!names.empty())
    attachHint(diagnostic, "the names are " + llvm::join(names, ", "));
  return std::nullopt;
}

void ItemMerger::settle() {
  std::vector<TomlValue> settled;
  for (size_t index : order)
    if (!removed[index])
      settled.push_back(std::move(array.items[index]));
  array.items = std::move(settled);
}

namespace {

/// Loads files and lays each over its base.
class Composer {
public:
  explicit Composer(MLIRContext &context) : context(context) {
    root.members.clear();
  }

  /// A file, after the file that it extends.
  LogicalResult addFile(const std::string &file, LocationAttr asker) {
    std::optional<std::string> text = readRecipeFile(context, file, asker);
    if (!text)
      return failure();
    std::error_code ignored;
    std::string identity =
        std::filesystem::weakly_canonical(file, ignored).string();
    if (llvm::is_contained(open, identity))
      return emitError(asker)
             << "'extends' comes back to " << describeName(file);
    if (open.size() >= 16)
      return emitError(asker) << "'extends' goes through more than 16 files";
    open.push_back(identity);
    files.push_back(file);
    llvm::scope_exit closer([&] { open.pop_back(); });

    std::optional<TomlValue> layer = parseToml(context, *text, file);
    if (!layer || failed(addBase(*layer, file)))
      return failure();
    return mergeTable(root, std::move(*layer), "");
  }

  TomlValue root;
  std::vector<std::string> files; ///< in the order in which they were opened

private:
  LogicalResult addBase(TomlValue &layer, const std::string &file) {
    auto found = llvm::find_if(layer.members, [](const auto &member) {
      return member.first == "extends";
    });
    if (found == layer.members.end())
      return success();
    TomlValue base = std::move(found->second);
    layer.members.erase(found);
    if (!base.isText() || base.text.empty())
      return emitError(base.place) << "'extends' is " << describeValue(base)
                                   << ", expected the path of a recipe";
    std::filesystem::path path =
        std::filesystem::path(file).parent_path() / base.text;
    return addFile(path.lexically_normal().string(), base.place);
  }

  MLIRContext &context;
  std::vector<std::string> open; ///< files whose bases are being loaded
};

} // namespace

std::optional<TomlValue> composeRecipe(MLIRContext &context,
                                       const RecipeInputs &inputs,
                                       std::vector<std::string> *files) {
  Composer composer(context);
  bool ok = succeeded(composer.addFile(inputs.file, {}));
  for (const std::string &overlay : inputs.overlays)
    if (failed(composer.addFile(overlay, {})))
      ok = false;
  // Over half a recipe, names that exist would look unknown.
  if (!ok)
    return std::nullopt;
  for (const std::string &argument : inputs.sets)
    if (failed(applySet(context, composer.root, argument)))
      ok = false;
  for (const std::string &argument : inputs.unsets)
    if (failed(applyUnset(context, composer.root, argument)))
      ok = false;
  if (ok && !inputs.command.empty()) {
    auto layer = parseToml(context, inputs.command, "<command>");
    ok = layer && succeeded(mergeTable(composer.root, std::move(*layer), ""));
  }
  if (!ok)
    return std::nullopt;
  if (files)
    *files = std::move(composer.files);
  return std::move(composer.root);
}

} // namespace dsc
