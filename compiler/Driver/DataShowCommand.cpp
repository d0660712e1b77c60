//===- DataShowCommand.cpp - dsc data show --------------------------------===//
//
// The batches are made by the runtime's own reader, which needs a compiled
// plan: a temporary binary is handed to dsc-run.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Binary.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "runtime/Base/Error.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"

using namespace dsc;

int dsc::dataShowCommand(const DataShowRequest &request) {
  Session session(request.recipe);
  mlir::FailureOr<std::string> payload = mlir::failure();
  if (session.lower(Level::plan))
    payload = buildPayload(session, /*targets=*/{}); // batches need no kernel
  if (int code = session.finish(succeeded(payload)))
    return code;
  llvm::SmallString<128> path;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("dsc-data", "bin", path)) {
    return reportError(Exit::storage,
                       "cannot make a temporary file: " + error.message());
  }
  llvm::FileRemover remover(path);
  auto written = writeBinary("", *payload, path.str().str());
  if (!written)
    return reportError(Exit::storage, llvm::toString(written.takeError()));
  std::string program = siblingProgram("dsc-run");
  llvm::SmallVector<llvm::StringRef> arguments = {program, "data", "show",
                                                  path};
  arguments.append(request.arguments.begin(), request.arguments.end());
  std::string message;
  int code = llvm::sys::ExecuteAndWait(program, arguments, std::nullopt, {}, 0,
                                       0, &message);
  if (code < 0)
    llvm::errs() << "dsc: error: cannot run '" << program << "': " << message
                 << "\n";
  return code < 0 ? int(Exit::internal) : code;
}
