//===- Edit.cpp - a key of a recipe, changed in its text ------------------===//

#include "compiler/Recipe/Edit.h"

#include "compiler/Recipe/Compose.h"
#include "compiler/Recipe/Toml.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;

namespace dsc {

std::string pathOf(const KeyEdit &edit) {
  return joinPath(edit.item.empty() ? edit.table
                                    : joinPath(edit.table, edit.item),
                  edit.key);
}

//===----------------------------------------------------------------------===//
// Trees
//===----------------------------------------------------------------------===//

/// The table that an edit is about; null where there is none.
static TomlValue *findTable(TomlValue &root, const KeyEdit &edit) {
  TomlValue *at = &root;
  SmallVector<StringRef> parts;
  StringRef(edit.table).split(parts, '.');
  for (StringRef part : parts)
    if (!(at = at->find(part)))
      return nullptr;
  if (edit.item.empty())
    return at->isTable() ? at : nullptr;
  for (TomlValue &item : at->items)
    if (item.isTable() && getItemName(item) == edit.item)
      return &item;
  return nullptr;
}

/// Equal wherever they stand. A table's members have no order.
static bool isSame(const TomlValue &a, const TomlValue &b) {
  bool bothNan = std::isnan(a.number) && std::isnan(b.number);
  if (a.kind != b.kind || a.text != b.text || a.integer != b.integer ||
      a.boolean != b.boolean || (a.number != b.number && !bothNan) ||
      a.items.size() != b.items.size() || a.members.size() != b.members.size())
    return false;
  for (auto [left, right] : llvm::zip(a.items, b.items))
    if (!isSame(left, right))
      return false;
  return llvm::all_of(a.members, [&](const TomlValue::Member &member) {
    const TomlValue *other = b.find(member.first);
    return other && isSame(member.second, *other);
  });
}

/// A table below `parent`, made where there is none.
static TomlValue &makeMember(TomlValue &parent, StringRef name,
                             TomlValue::Kind kind) {
  if (TomlValue *found = parent.find(name))
    return *found;
  parent.members.push_back({name.str(), TomlValue()});
  parent.members.back().second.kind = kind;
  return parent.members.back().second;
}

static void setMember(TomlValue &table, StringRef name, TomlValue value) {
  makeMember(table, name, TomlValue::Kind::table) = std::move(value);
}

/// Does to the tree what the edit is to do to the text.
static void applyToTree(TomlValue &root, const KeyEdit &edit, TomlValue value) {
  if (TomlValue *table = findTable(root, edit))
    return setMember(*table, edit.key, std::move(value));
  TomlValue *at = &root;
  SmallVector<StringRef> parts;
  StringRef(edit.table).split(parts, '.');
  for (StringRef part : ArrayRef(parts).drop_back())
    at = &makeMember(*at, part, TomlValue::Kind::table);
  if (edit.item.empty()) {
    at = &makeMember(*at, parts.back(), TomlValue::Kind::table);
    return setMember(*at, edit.key, std::move(value));
  }
  at = &makeMember(*at, parts.back(), TomlValue::Kind::array);
  TomlValue name;
  name.kind = TomlValue::Kind::text;
  name.text = edit.item;
  at->items.emplace_back();
  setMember(at->items.back(), "name", std::move(name));
  setMember(at->items.back(), edit.key, std::move(value));
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

namespace {

/// The text of one file, and the bytes at which its values stand.
class Source {
public:
  explicit Source(StringRef text) : text(text) {
    size_t mark = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    lines.push_back(mark);
    for (size_t at = mark; at < text.size(); ++at)
      if (text[at] == '\n')
        lines.push_back(at + 1);
    newline = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /// Columns count code points from 1. npos where there is no such place.
  size_t offsetOf(unsigned line, unsigned column) const {
    if (line < 1 || line > lines.size() || column < 1)
      return StringRef::npos;
    size_t at = lines[line - 1];
    for (; column > 1 && at < text.size(); --column)
      do
        ++at;
      while (at < text.size() && (text[at] & 0xc0) == 0x80);
    return column == 1 ? at : StringRef::npos;
  }

  size_t lineStart(unsigned line) const { return lines[line - 1]; }
  size_t lineEnd(unsigned line) const {
    size_t end = text.find('\n', lines[line - 1]);
    return end == StringRef::npos ? text.size() : end + 1;
  }

  std::string replace(size_t begin, size_t end, const Twine &by) const {
    return (text.take_front(begin) + by + text.drop_front(end)).str();
  }

  /// A line of its own at byte `at`, which begins a line or ends the text.
  std::string insertLine(size_t at, const Twine &line) const {
    bool open = at && text[at - 1] != '\n';
    return replace(at, at, (open ? newline : "") + line + newline);
  }

  StringRef text;
  std::string newline;

private:
  std::vector<size_t> lines;
};

} // namespace

static FileLineColRange rangeOf(const TomlValue &value) {
  return dyn_cast_if_present<FileLineColRange>(value.place);
}

static std::optional<std::string>
replaceValue(const Source &source, const TomlValue &old, const KeyEdit &edit) {
  FileLineColRange range = rangeOf(old);
  if (!range)
    return std::nullopt;
  size_t begin = source.offsetOf(range.getStartLine(), range.getStartColumn());
  size_t end = source.offsetOf(range.getEndLine(), range.getEndColumn());
  if (begin == StringRef::npos || end == StringRef::npos || begin >= end)
    return std::nullopt;
  return source.replace(begin, end, edit.value);
}

/// The last key of a table that is a line of its own, or stands in the braces
/// of an inline table: a new key is written like it.
static const TomlValue *findSibling(const TomlValue &table) {
  for (const auto &[name, value] : llvm::reverse(table.members))
    if (!value.isTable() && rangeOf(value) &&
        !(value.isArray() &&
          llvm::any_of(value.items, [](auto &item) { return item.isTable(); })))
      return &value;
  return nullptr;
}

static std::optional<std::string> insertBeside(const Source &source,
                                               const TomlValue &sibling,
                                               const KeyEdit &edit) {
  auto key = dyn_cast_if_present<FileLineColRange>(sibling.keyPlace);
  FileLineColRange range = rangeOf(sibling);
  if (!key || !range)
    return std::nullopt;
  size_t begin = source.lineStart(key.getStartLine());
  size_t end = source.offsetOf(key.getStartLine(), key.getStartColumn());
  size_t after = source.offsetOf(range.getEndLine(), range.getEndColumn());
  if (end == StringRef::npos || end < begin || after == StringRef::npos)
    return std::nullopt;
  std::string written = edit.key + " = " + edit.value;
  StringRef prefix = source.text.slice(begin, end);
  if (prefix.contains('{'))
    return source.replace(after, after, ", " + written);
  return source.insertLine(source.lineEnd(range.getEndLine()),
                           prefix + written);
}

/// Below the header of a table that has no key of its own.
static std::optional<std::string>
insertBelow(const Source &source, const TomlValue &table, const KeyEdit &edit) {
  FileLineColRange range = rangeOf(table);
  if (!range)
    return std::nullopt;
  return source.insertLine(source.lineEnd(range.getStartLine()),
                           edit.key + " = " + edit.value);
}

static std::string append(const Source &source, const KeyEdit &edit) {
  std::string header =
      edit.item.empty() ? "[" + edit.table + "]" : "[[" + edit.table + "]]";
  std::string lines = source.newline + header + source.newline;
  if (!edit.item.empty())
    lines += "name = " + quoteText(edit.item) + source.newline;
  return source.insertLine(source.text.size(),
                           lines + edit.key + " = " + edit.value);
}

static std::optional<std::string> write(const Source &source, TomlValue &root,
                                        const KeyEdit &edit) {
  TomlValue *table = findTable(root, edit);
  if (!table)
    return append(source, edit);
  if (const TomlValue *old = table->find(edit.key))
    return replaceValue(source, *old, edit);
  if (const TomlValue *sibling = findSibling(*table))
    return insertBeside(source, *sibling, edit);
  return insertBelow(source, *table, edit);
}

std::optional<std::string> editRecipeText(MLIRContext &context, StringRef text,
                                          StringRef file, const KeyEdit &edit) {
  std::optional<TomlValue> root = parseToml(context, text, file);
  auto value = parseTomlValue(context, edit.value, UnknownLoc::get(&context));
  if (!root || !value)
    return std::nullopt;
  std::optional<std::string> edited = write(Source(text), *root, edit);
  if (!edited)
    return std::nullopt;
  applyToTree(*root, edit, std::move(*value));
  // A text that is no TOML any more is not the author's mistake.
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) {});
  std::optional<TomlValue> reread = parseToml(context, *edited, file);
  if (!reread || !isSame(*root, *reread))
    return std::nullopt;
  return edited;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {

/// Where a key stands in a composed recipe.
struct KeyPlace {
  LocationAttr place; ///< of its value, else of its table; null without one
  bool isSet = false;
};

} // namespace

static KeyPlace placeIn(MLIRContext &context, const RecipeInputs &inputs,
                        const KeyEdit &key) {
  std::optional<TomlValue> root = composeRecipe(context, inputs);
  TomlValue *table = root ? findTable(*root, key) : nullptr;
  if (!table)
    return {};
  if (TomlValue *value = table->find(key.key))
    return {value->place, true};
  return {table->place, false};
}

KeyHome findHome(MLIRContext &context, const RecipeInputs &inputs,
                 const KeyEdit &key) {
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) {});
  KeyHome home;
  auto [place, isSet] = placeIn(context, inputs, key);
  home.isSet = isSet;
  home.hasTable = static_cast<bool>(place);
  if (!isa_and_present<FileLineColRange>(place))
    return home;
  // Files are laid over one another in order: the first with which the key has
  // its final place is the one that says it, by itself or by what it extends.
  RecipeInputs prefix;
  prefix.file = inputs.file;
  if (placeIn(context, prefix, key).place == place) {
    home.file = prefix.file;
    return home;
  }
  for (const std::string &overlay : inputs.overlays) {
    prefix.overlays.push_back(overlay);
    if (placeIn(context, prefix, key).place == place) {
      home.file = overlay;
      return home;
    }
  }
  return home;
}

} // namespace dsc
