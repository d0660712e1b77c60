//===- Binary.cpp ---------------------------------------------------------===//

#include "compiler/Driver/Binary.h"

#include "compiler/Artifact/Payload.h"
#include "dialect/Plan/PlanDialect.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <unistd.h>

using namespace mlir;
using namespace dsc;

static constexpr llvm::StringLiteral kOutputFolder = "dsc-out";

std::string dsc::runName(ModuleOp module) {
  for (auto run : module.getOps<plan_ir::RunOp>())
    return run.getName().str();
  return "run";
}

std::string dsc::siblingProgram(llvm::StringRef name) {
  // The address of any function of this program finds its file.
  std::string self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&siblingProgram));
  llvm::SmallString<256> path(llvm::sys::path::parent_path(self));
  llvm::sys::path::append(path, name);
  return path.str().str();
}

/// A recipe's name is a file name: its check sees to that.
std::string dsc::defaultBinary(llvm::StringRef name) {
  return (kOutputFolder + "/" + name).str();
}

/// Points dsc-out/last at `name` by a rename, so that it always names a binary.
static llvm::Error linkLast(llvm::StringRef name) {
  std::string link = (kOutputFolder + "/last").str();
  std::string staging = link + "." + std::to_string(getpid());
  ::unlink(staging.c_str());
  if (::symlink(name.str().c_str(), staging.c_str()) != 0 ||
      ::rename(staging.c_str(), link.c_str()) != 0)
    return llvm::createStringError("cannot link '" + link +
                                   "': " + std::strerror(errno));
  return llvm::Error::success();
}

llvm::Expected<WrittenBinary> dsc::writeBinary(llvm::StringRef name,
                                               llvm::StringRef payload,
                                               const std::string &output) {
  std::string path = output;
  if (path.empty()) {
    if (std::error_code error = llvm::sys::fs::create_directories(
            kOutputFolder, /*IgnoreExisting=*/true,
            llvm::sys::fs::perms::all_all))
      return llvm::createStringError("cannot make folder '" + kOutputFolder +
                                     "': " + error.message());
    path = defaultBinary(name);
  }
  if (llvm::Error error =
          writeExecutable(siblingProgram("dsc-run"), payload, path))
    return error;
  if (output.empty())
    if (llvm::Error error = linkLast(name))
      return error;
  uint64_t bytes = 0;
  if (std::error_code error = llvm::sys::fs::file_size(path, bytes))
    return llvm::createStringError("cannot read '" + path +
                                   "': " + error.message());
  return WrittenBinary{path, bytes};
}
