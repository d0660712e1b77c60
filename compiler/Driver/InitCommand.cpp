//===- InitCommand.cpp - dsc init -----------------------------------------===//
//
// The templates are the recipes of pipelines/, embedded at build: what a user
// starts from is what our tests compile.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Templates.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace dsc;

/// The first comment line of a template says what it is.
static llvm::StringRef summaryOf(llvm::StringRef text) {
  return text.take_until([](char c) { return c == '\n'; }).ltrim("# ");
}

static int listTemplates() {
  for (const Template &entry : recipeTemplates())
    llvm::outs() << llvm::formatv("{0,-22} {1}\n", entry.name,
                                  summaryOf(entry.text));
  return int(Exit::done);
}

static const Template *findTemplate(llvm::StringRef name) {
  for (const Template &entry : recipeTemplates())
    if (entry.name == name)
      return &entry;
  llvm::SmallVector<llvm::StringRef> names;
  for (const Template &entry : recipeTemplates())
    names.push_back(entry.name);
  std::string near = nearestName(name, names);
  reportError(Exit::usage, "no template is called '" + name + "'",
              near.empty()
                  ? "dsc init lists them"
                  : "did you mean '" + near + "'? dsc init lists them");
  return nullptr;
}

int dsc::initCommand(const InitRequest &options) {
  if (options.name.empty())
    return listTemplates();
  const Template *found = findTemplate(options.name);
  if (!found)
    return int(Exit::usage);
  return writeNew(found->text, options.output,
                  "dsc check " + options.output + " && dsc plot " +
                      options.output);
}
