//===- RecipeText.cpp - a recipe in the making ----------------------------===//

#include "compiler/Import/RecipeText.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"
#include "dialect/Dsc/Language.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace dsc;
using namespace dsc::importing;

static std::string versionLine() {
  return "dsc = " + std::to_string(kLanguageVersion);
}

bool RecipeText::Table::has(llvm::StringRef key) const {
  std::string start = (key + " = ").str();
  return llvm::any_of(lines, [&](const Line &line) {
    return llvm::StringRef(line.text).starts_with(start);
  });
}

void RecipeText::begin(llvm::StringRef path, llvm::StringRef kind) {
  tables.push_back({path.str(), kind.str(), {}});
  // Params have their kind from the table above.
  if (!kind.empty() && getKindSource(path).empty())
    tables.back().lines.push_back({"kind = " + quoteText(kind), ""});
}

RecipeText::Table &RecipeText::last(llvm::StringRef path) {
  for (Table &table : llvm::reverse(tables))
    if (table.path == path)
      return table;
  begin(path);
  return tables.back();
}

bool RecipeText::has(llvm::StringRef path) const { return !at(path).empty(); }

/// What stands in the file, for a key of which the recipe has something else.
std::string RecipeText::valueAt(llvm::StringRef origin,
                                const std::string &written) const {
  for (const Json *source : llvm::reverse(sources))
    if (const Json *value = findPath(*source, origin))
      return describeAt(origin, *value);
  return written;
}

void RecipeText::set(llvm::StringRef path, llvm::StringRef key,
                     const llvm::Twine &value, llvm::StringRef origin) {
  Table &table = last(path);
  std::string line = (key + " = " + value).str();
  const TableInfo *info = findTable(path, table.kind);
  if (info && !findKey(*info, key)) {
    table.lines.push_back({"# " + line + "  # not supported yet", ""});
    log.lost(origin, valueAt(origin, value.str()),
             "'" + key + "' of " + describeTable(path) +
                 " is not supported yet");
    return;
  }
  table.lines.push_back({line, origin.str()});
}

void RecipeText::remark(llvm::StringRef path, const llvm::Twine &text) {
  last(path).lines.push_back({("# " + text).str(), ""});
}

std::vector<const RecipeText::Table *>
RecipeText::at(llvm::StringRef path) const {
  std::vector<const Table *> found;
  for (const Table &table : tables)
    if (table.path == path)
      found.push_back(&table);
  return found;
}

std::string RecipeText::str(llvm::StringRef heading,
                            llvm::ArrayRef<Placeholder> placeholders) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "# " << heading << "\n" << versionLine() << "\n";
  for (const Table *table : at(""))
    for (const Line &line : table->lines)
      os << line.text << "\n";
  for (llvm::StringRef path : getTablePaths()) {
    for (const Table *table : at(path)) {
      os << "\n" << describeTable(path) << "\n";
      for (const Line &line : table->lines)
        os << line.text << "\n";
    }
    if (!has(path))
      for (const Placeholder &placeholder : placeholders)
        if (path == placeholder.path)
          os << "\n" << placeholder.text;
  }
  return text;
}

std::string RecipeText::schedulePart(bool run,
                                     std::vector<std::string> &origins) const {
  std::string text;
  auto add = [&](const std::string &line, const std::string &origin) {
    text += line + "\n";
    origins.push_back(origin);
  };
  add(versionLine(), "");
  for (llvm::StringRef path :
       {"optimizer", "schedule", "schedule.params", "schedule.phase", "train"})
    for (const Table *table : at(path)) {
      // A table that lacks a key that it must have would be reported for that.
      if (path == "train" &&
          !(run && table->has("length") && table->has("batch")))
        continue;
      add(describeTable(path), path == "train" ? "" : "scheduler");
      for (const Line &line : table->lines)
        add(line.text, line.origin);
    }
  return text;
}
