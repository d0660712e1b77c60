//===- InitCommand.cpp - dsc init -----------------------------------------===//
//
// The templates are the recipes of pipelines/, embedded at build: what a user
// starts from is what our tests compile.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Templates.h"
#include "dialect/Dsc/Diagnostics.h"
#include "runtime/Base/Error.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
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
  llvm::errs() << "dsc: error: no template is called '" << name << "'\n";
  std::string near = nearestName(name, names);
  if (!near.empty())
    llvm::errs() << "hint: did you mean '" << near << "'?\n";
  llvm::errs() << "hint: dsc init lists them\n";
  return nullptr;
}

int dsc::initCommand(const InitRequest &options) {
  if (options.name.empty())
    return listTemplates();
  const Template *found = findTemplate(options.name);
  if (!found)
    return int(Exit::usage);
  // CD_CreateNew: an existing recipe is never overwritten.
  std::error_code error;
  llvm::raw_fd_ostream file(options.output, error, llvm::sys::fs::CD_CreateNew);
  if (error) {
    llvm::errs() << "dsc: error: cannot write '" << options.output
                 << "': " << error.message() << "\n";
    if (error == std::errc::file_exists)
      llvm::errs() << "hint: give another name with -o\n";
    return int(error == std::errc::file_exists ? Exit::usage : Exit::storage);
  }
  file << found->text;
  llvm::errs() << "wrote " << options.output << "\n"
               << "next: dsc check " << options.output << " && dsc plot "
               << options.output << "\n";
  return int(Exit::done);
}
