//===- SchemaEmitter.cpp - the language as a JSON schema ------------------===//
//
// What `dsc schema` prints, as a C++ literal. Editors complete keys and kinds
// by it and mark what is misspelt. A base or an overlay may hold any part of a
// recipe, so what is required stands apart and counts for whole recipes only:
// files that say `dsc = 1` and extend nothing.
//
//===----------------------------------------------------------------------===//

#include "KeyRecords.h"
#include "dialect/Dsc/Language.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;
using namespace dsc::tblgen;

namespace {

class SchemaWriter {
public:
  explicit SchemaWriter(const RecordKeeper &records)
      : records(records), tables(readTables(records)) {
    for (const TableRecord &table : tables)
      byPath[table.path].push_back(&table);
  }

  json::Object write();

private:
  using Kinds = ArrayRef<const TableRecord *>;

  json::Object writeValue(const Record &type);
  json::Object writeKey(const Record &key);
  json::Object writeKeys(const TableRecord &table);
  json::Object writeTable(Kinds kinds);
  json::Object writeRequired(StringRef path);
  template <typename Function>
  void forEachChild(StringRef path, Function function);

  const RecordKeeper &records;
  std::vector<TableRecord> tables;
  MapVector<StringRef, std::vector<const TableRecord *>> byPath;
};

} // namespace

/// Calls function(name, path, kinds) for each table right below `path`.
template <typename Function>
void SchemaWriter::forEachChild(StringRef path, Function function) {
  for (auto &[child, kinds] : byPath) {
    auto [parent, name] =
        child.contains('.') ? child.rsplit('.') : std::pair(StringRef(), child);
    if (!child.empty() && parent == path)
      function(name, child, Kinds(kinds));
  }
}

/// Whether the table's own `kind` picks it; a key of the table above may.
static bool hasKind(const TableRecord &table) {
  const RecordVal *from = table.record->getValue("kindFrom");
  return !table.kind.empty() &&
         (!from || table.record->getValueAsString("kindFrom").empty());
}

/// A table, or an array of tables, of which each is as `one` says.
static json::Object asMember(const TableRecord &table, json::Object one) {
  if (!table.array)
    return one;
  return json::Object{{"type", "array"}, {"items", std::move(one)}};
}

static json::Object parseSchema(const Record &record) {
  Expected<json::Value> schema = json::parse(record.getValueAsString("schema"));
  if (!schema)
    PrintFatalError(record.getLoc(), toString(schema.takeError()));
  if (!schema->getAsObject())
    PrintFatalError(record.getLoc(), "a schema is an object");
  return std::move(*schema->getAsObject());
}

/// What a value of a type may be; anything where no record says so.
json::Object SchemaWriter::writeValue(const Record &type) {
  json::Object result;
  StringRef converter = type.getValueAsString("name");
  for (const Record *record : records.getAllDerivedDefinitions("ValueSchema"))
    if (record->getValueAsString("converter") == converter)
      result = parseSchema(*record);
  for (const Record *record :
       records.getAllDerivedDefinitions("NarrowerSchema"))
    if (record->getValueAsDef("type") == &type)
      for (auto &[key, value] : parseSchema(*record))
        result[key] = std::move(value);
  if (converter == "choice")
    result = json::Object{
        {"enum", json::Array(type.getValueAsListOfStrings("choices"))}};
  if (converter == "members") {
    json::Object members;
    for (const Record *member : type.getValueAsListOfDefs("members"))
      members[member->getValueAsString("name")] = writeKey(*member);
    result["properties"] = std::move(members);
  }
  return result;
}

json::Object SchemaWriter::writeKey(const Record &key) {
  json::Object result = writeValue(*key.getValueAsDef("type"));
  std::string doc = key.getValueAsString("doc").str();
  if (StringRef text = key.getValueAsString("default"); !text.empty()) {
    // What only TOML can write is said in words.
    if (Expected<json::Value> value = json::parse(text)) {
      result["default"] = std::move(*value);
    } else {
      doc += "; default: " + text.str();
      consumeError(value.takeError());
    }
  }
  result["description"] = std::move(doc);
  return result;
}

json::Object SchemaWriter::writeKeys(const TableRecord &table) {
  json::Object properties;
  for (const Record *key : table.record->getValueAsListOfDefs("keys"))
    properties[key->getValueAsString("name")] = writeKey(*key);
  if (hasKind(table))
    properties["kind"] =
        json::Object{{"const", table.kind}, {"description", table.summary}};
  forEachChild(table.path, [&](StringRef name, StringRef path, Kinds child) {
    properties[name] = asMember(
        *child.front(), json::Object{{"$ref", ("#/$defs/" + path).str()}});
  });
  properties["inherit"] =
      json::Object{{"type", "boolean"},
                   {"default", true},
                   {"description", "false drops what the table would inherit"}};
  if (table.array) {
    properties["remove"] = json::Object{
        {"type", "boolean"}, {"description", "deletes the item of this name"}};
    properties["after"] = json::Object{
        {"type", "string"},
        {"description", "the item behind which this one is to stand"}};
  }
  return json::Object{{"properties", std::move(properties)},
                      {"additionalProperties", false}};
}

json::Object SchemaWriter::writeTable(Kinds kinds) {
  if (kinds.size() == 1) {
    json::Object result = writeKeys(*kinds.front());
    result["type"] = "object";
    result["description"] = kinds.front()->summary;
    return result;
  }
  json::Array choices;
  for (const TableRecord *table : kinds) {
    json::Object choice = writeKeys(*table);
    choice["title"] = table->kind.empty()
                          ? "no kind"
                          : ("kind = \"" + table->kind + "\"").str();
    choice["description"] = table->summary;
    choices.push_back(std::move(choice));
  }
  return json::Object{{"type", "object"}, {"anyOf", std::move(choices)}};
}

static json::Array requiredKeys(const TableRecord &table) {
  json::Array names;
  for (const KeyRecord &key : table.keys)
    if (key.required)
      names.push_back(key.name);
  return names;
}

/// What a table of a whole recipe must have, and those below it.
json::Object SchemaWriter::writeRequired(StringRef path) {
  json::Array all;
  const auto &kinds = byPath[path];
  if (all_of(kinds, [](auto *table) { return hasKind(*table); }))
    all.push_back(json::Object{{"required", json::Array{"kind"}}});
  for (const TableRecord *table : kinds) {
    json::Object then{{"required", requiredKeys(*table)}};
    if (then["required"].getAsArray()->empty())
      continue;
    if (kinds.size() == 1 && !hasKind(*table)) {
      all.push_back(std::move(then));
      continue;
    }
    if (!hasKind(*table))
      continue; // another table says which one is meant
    json::Object kind{{"kind", json::Object{{"const", table->kind}}}};
    json::Object is{{"required", json::Array{"kind"}},
                    {"properties", std::move(kind)}};
    all.push_back(
        json::Object{{"if", std::move(is)}, {"then", std::move(then)}});
  }
  json::Object properties;
  forEachChild(path, [&](StringRef name, StringRef child, Kinds tables) {
    json::Object required = writeRequired(child);
    if (!required.empty())
      properties[name] = asMember(*tables.front(), std::move(required));
  });
  json::Object result;
  if (!all.empty())
    result["allOf"] = std::move(all);
  if (!properties.empty())
    result["properties"] = std::move(properties);
  return result;
}

json::Object SchemaWriter::write() {
  json::Object definitions;
  for (auto &[path, kinds] : byPath)
    if (!path.empty())
      definitions[path] = writeTable(kinds);
  const TableRecord &top = *byPath[""].front();
  json::Object result = writeKeys(top);
  json::Object &keys = *result["properties"].getAsObject();
  (*keys["dsc"].getAsObject())["const"] = dsc::kLanguageVersion;
  keys["extends"] =
      json::Object{{"type", "string"},
                   {"minLength", 1},
                   {"description", "a recipe that this one is laid over"}};
  result["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  result["title"] = "dsc recipe";
  result["description"] = top.summary;
  result["type"] = "object";
  result["if"] =
      json::Object{{"required", json::Array{"dsc"}},
                   {"not", json::Object{{"required", json::Array{"extends"}}}}};
  result["then"] = writeRequired("");
  result["$defs"] = std::move(definitions);
  return result;
}

static void emitSchema(const RecordKeeper &records, raw_ostream &os) {
  json::Value schema = SchemaWriter(records).write();
  os << "R\"dsc(" << formatv("{0:2}", schema) << "\n)dsc\"\n";
}

static TableGen::Emitter::Opt
    registration("gen-recipe-schema", emitSchema,
                 "Generate the JSON schema of a recipe");
