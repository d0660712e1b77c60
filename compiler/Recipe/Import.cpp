//===- Import.cpp - a composed recipe as ops ------------------------------===//

#include "compiler/Recipe/Import.h"

#include "compiler/Recipe/Compose.h"
#include "compiler/Recipe/Convert.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace dsc {

namespace {

class Importer {
public:
  Importer(MLIRContext &context, const TomlValue &root, StringRef file)
      : context(context), builder(&context), root(root),
        start(FileLineColRange::get(&context, file, 1, 1)) {}

  ImportedRecipe run() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(start);
    const TableInfo *table = findTable("", "");
    OperationState state(start, table->op);
    state.addRegion()->push_back(new Block);
    Operation *recipe = importKeys(*table, root, start, state);
    module->getBody()->push_back(recipe);
    body = &recipe->getRegion(0).front();
    importChildren("", root);
    sortTables();
    return {std::move(module), !failed};
  }

private:
  InFlightDiagnostic report(Location place, const Twine &message) {
    failed = true;
    return emitError(place, message);
  }

  void report(Location place, const Twine &message, const Twine &hint) {
    InFlightDiagnostic diagnostic = report(place, message);
    attachHint(diagnostic, hint);
  }

  /// Creates the op of a table from the members that are its keys.
  Operation *importKeys(const TableInfo &table, const TomlValue &value,
                        Location place, OperationState &state) {
    SmallVector<NamedAttribute> places;
    llvm::StringSet<> seen;
    for (const auto &[name, member] : value.members) {
      seen.insert(name);
      if (isTablePath(joinPath(table.path, name)))
        continue;
      if (name == "kind" && !table.kind.empty() && table.kindFrom.empty()) {
        places.push_back(builder.getNamedAttr(name, member.place));
        continue;
      }
      const KeyInfo *key = findKey(table, name);
      if (!key) {
        failed = true;
        reportUnknownKey(table, name, member, root);
        seen.insert(findMeantKey(table, name));
        continue;
      }
      FailureOr<Attribute> attribute =
          convertValue(context, table, *key, member);
      if (mlir::failed(attribute)) {
        failed = true;
        auto refused = builder.getStringAttr("refused");
        places.push_back(builder.getNamedAttr(
            name, NameLoc::get(refused, Location(member.place))));
        continue;
      }
      state.addAttribute(key->attribute, *attribute);
      places.push_back(builder.getNamedAttr(name, member.place));
    }
    for (const KeyInfo &key : table.keys)
      if (key.required && !seen.contains(key.name))
        reportMissing(table, key, place);
    state.location =
        FusedLoc::get({place}, builder.getDictionaryAttr(places), &context);
    return Operation::create(state);
  }

  void reportMissing(const TableInfo &table, const KeyInfo &key,
                     Location place) {
    report(place,
           "missing key '" + key.name + "' in " + describeTable(table.path) +
               ", expected " + key.words,
           key.doc);
  }

  void importChildren(StringRef path, const TomlValue &value) {
    for (const auto &[name, member] : value.members) {
      std::string child = joinPath(path, name);
      if (isArrayPath(child))
        importArray(child, member, value);
      else if (isTablePath(child))
        importSingle(child, member, value);
    }
  }

  void importTable(StringRef path, const TomlValue &value,
                   const TomlValue &above) {
    if (const TableInfo *table = pickTable(path, value, above)) {
      OperationState state(value.place, table->op);
      Operation *op = importKeys(*table, value, value.place, state);
      body->push_back(op);
      tables[path].push_back(op);
    } else {
      failed = true;
    }
    importChildren(path, value);
  }

  void importSingle(StringRef path, const TomlValue &value,
                    const TomlValue &above) {
    if (value.isTable())
      return importTable(path, value, above);
    std::string title = describeTable(path);
    if (value.isArray())
      return report(value.place,
                    "'" + path + "' is an array, expected one table",
                    "write " + title);
    report(value.place,
           "'" + path + "' is " + describeValue(value) + ", expected a table",
           "write " + title + " and its keys below it");
  }

  void importArray(StringRef path, const TomlValue &value,
                   const TomlValue &above) {
    std::string title = describeTable(path);
    if (!value.isArray())
      return report(value.place,
                    "'" + path + "' is " + describeValue(value) +
                        ", expected an array of tables",
                    "write " + title);
    llvm::StringSet<> names;
    for (const TomlValue &item : value.items) {
      if (!item.isTable()) {
        report(item.place,
               "an item of '" + path + "' is " + describeValue(item) +
                   ", expected a table",
               "write " + title);
        continue;
      }
      StringRef name = getItemName(item);
      if (!name.empty() && !names.insert(name).second)
        report(item.place,
               "a second " + title + " is named " + describeName(name),
               "give it a name of its own");
      importTable(path, item, above);
    }
  }

  void sortTables() {
    for (StringRef path : getTablePaths())
      for (Operation *op : tables.lookup(path))
        op->moveBefore(body, body->end());
  }

  MLIRContext &context;
  Builder builder;
  const TomlValue &root;
  Location start;
  Block *body = nullptr;
  llvm::StringMap<SmallVector<Operation *>> tables;
  bool failed = false;
};

} // namespace

ImportedRecipe importRecipe(MLIRContext &context, const TomlValue &root,
                            StringRef file) {
  return Importer(context, root, file).run();
}

/// A table whose kind another key says, which reports itself when it is wrong.
static const TableInfo *pickByOther(StringRef path, StringRef source,
                                    const TomlValue &value,
                                    const TomlValue &above) {
  const TomlValue *kind = above.find(source);
  if (kind)
    return kind->isText() ? findTable(path, kind->text) : nullptr;
  StringRef parent = path.rsplit('.').first;
  auto diagnostic = emitError(value.keyPlace)
                    << describeTable(path) << " belongs to a '" << source
                    << "', which " << describeTable(parent) << " does not have";
  attachHint(diagnostic, "such as " + source + " = " +
                             quoteText(getKinds(path).front()) + " in " +
                             describeTable(parent));
  return nullptr;
}

const TableInfo *pickTable(StringRef path, const TomlValue &value,
                           const TomlValue &above) {
  if (StringRef source = getKindSource(path); !source.empty())
    return pickByOther(path, source, value, above);
  const TableInfo *plain = findTable(path, "");
  SmallVector<StringRef> kinds = getKinds(path);
  const TomlValue *kind = value.find("kind");
  bool ordinary = plain && findKey(*plain, "kind");
  if (ordinary || (plain && !kind))
    return plain;
  std::string expected = "expected one of " + llvm::join(kinds, ", ");
  if (!kind) {
    auto diagnostic = emitError(value.place)
                      << "missing key 'kind' in " << describeTable(path) << ", "
                      << expected;
    attachHint(diagnostic, "such as kind = " + quoteText(kinds.front()));
    return nullptr;
  }
  if (kind->isText()) {
    if (const TableInfo *table = findTable(path, kind->text))
      return kind->text.empty() ? plain : table;
    if (isReservedTable(path, kind->text)) {
      emitError(kind->place) << "kind " << describeValue(*kind) << " of "
                             << describeTable(path) << " is not supported yet";
      return nullptr;
    }
  }
  // The key itself is what is unknown here.
  if (kinds.empty())
    return plain;
  auto diagnostic = emitError(kind->place)
                    << "'kind' is " << describeValue(*kind) << ", " << expected;
  if (const TableInfo *meant =
          kind->isText() ? findKindMeant(path, kind->text) : nullptr) {
    attachHint(diagnostic, "write kind = " + quoteText(meant->kind) + ": " +
                               meant->summary);
    return nullptr;
  }
  std::string near = kind->isText() ? nearestName(kind->text, kinds) : "";
  if (!near.empty())
    attachHint(diagnostic, "did you mean " + quoteText(near) + "?");
  return nullptr;
}

} // namespace dsc
