//===- Output.cpp ---------------------------------------------------------===//

#include "compiler/Driver/Output.h"

#include "runtime/Base/Files.h"

#include "llvm/ADT/STLFunctionalExtras.h"
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

/// Runs what throws in the runtime's libraries.
static int reportThrown(llvm::function_ref<void()> work) {
  try {
    work();
  } catch (const Error &error) {
    return reportError(error.code(), error.what(), error.hint());
  }
  return int(Exit::done);
}

int dsc::checkOutput(const std::string &path, llvm::StringRef contents) {
  if (path.empty())
    return int(Exit::done);
  return reportThrown([&] { checkReplaceable(path, contents); });
}

int dsc::writeOutput(llvm::StringRef contents, const std::string &path) {
  if (path.empty()) {
    llvm::outs() << contents;
    return int(Exit::done);
  }
  return reportThrown([&] {
    checkReplaceable(path, contents);
    writeFileDurably(path, contents);
  });
}
