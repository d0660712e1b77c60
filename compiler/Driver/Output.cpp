//===- Output.cpp ---------------------------------------------------------===//

#include "compiler/Driver/Output.h"

#include "runtime/Base/Files.h"

#include "llvm/Support/raw_ostream.h"

using namespace dsc;

int dsc::reportError(Exit code, const llvm::Twine &message,
                     const llvm::Twine &hint) {
  llvm::errs() << "dsc: error: " << message << "\n";
  std::string remedy = hint.str();
  if (!remedy.empty())
    llvm::errs() << "dsc: hint: " << remedy << "\n";
  return int(code);
}

void dsc::checkOutput(const std::string &path, llvm::StringRef contents) {
  if (!path.empty())
    checkReplaceable(path, contents);
}

void dsc::writeOutput(llvm::StringRef contents, const std::string &path) {
  if (path.empty()) {
    llvm::outs() << contents;
    return;
  }
  checkReplaceable(path, contents);
  writeFileDurably(path, contents);
}

int dsc::writeNew(llvm::StringRef contents, const std::string &path,
                  const llvm::Twine &next) {
  if (pathExists(path))
    return reportError(Exit::usage, "'" + path + "' is there already",
                       "give another name with -o");
  writeFileDurably(path, contents);
  llvm::errs() << "wrote " << path << "\nnext: " << next << "\n";
  return int(Exit::done);
}
