//===- Output.cpp ---------------------------------------------------------===//

#include "compiler/Driver/Output.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace dsc;

int dsc::reportError(Exit code, const llvm::Twine &message,
                     const llvm::Twine &hint) {
  llvm::errs() << "dsc: error: " << message << "\n";
  std::string remedy = hint.str();
  if (!remedy.empty())
    llvm::errs() << "hint: " << remedy << "\n";
  return int(code);
}

int dsc::checkOutput(llvm::StringRef path, const RecipeInputs &recipe) {
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(path, status))
    return int(Exit::done); // not there yet
  if (!llvm::sys::fs::is_regular_file(status))
    return reportError(Exit::storage,
                       "'" + path + "' is no file, and stays as it is",
                       "give the name of a file");
  std::vector<std::string> files = recipe.overlays;
  files.push_back(recipe.file);
  for (const std::string &file : files)
    if (bool same = false; !llvm::sys::fs::equivalent(path, file, same) && same)
      return reportError(Exit::usage,
                         "'" + path + "' is the recipe, and stays as it is",
                         "give another name");
  return int(Exit::done);
}

int dsc::writeOutput(llvm::StringRef contents, const std::string &path) {
  if (path.empty()) {
    llvm::outs() << contents;
    return int(Exit::done);
  }
  std::error_code error;
  llvm::raw_fd_ostream file(path, error, llvm::sys::fs::OF_None);
  if (!error) {
    file << contents;
    file.close();
    error = file.error();
    file.clear_error();
  }
  if (error)
    return reportError(Exit::storage,
                       "cannot write '" + path + "': " + error.message());
  return int(Exit::done);
}
