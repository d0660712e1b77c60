//===- Binary.h - the training binary as a file -----------------*- C++ -*-===//

#ifndef DSC_COMPILER_DRIVER_BINARY_H
#define DSC_COMPILER_DRIVER_BINARY_H

#include "compiler/Driver/Session.h"

#include "llvm/Support/Error.h"

namespace dsc {

/// Names of the backends of this build.
std::vector<std::string> listTargets();

/// Compiles the kernels of a session at Level::plan for `targets` and links
/// them with plan and recipe. Fails after a diagnostic.
mlir::FailureOr<std::string> buildPayload(Session &session,
                                          llvm::ArrayRef<std::string> targets);

/// The run's name in a module at Level::plan.
std::string runName(mlir::ModuleOp module);

struct WrittenBinary {
  std::string path;
  uint64_t bytes = 0;
};

/// Where the binary of that name goes unless it is told otherwise.
std::string defaultBinary(llvm::StringRef name);

/// Writes the launcher beside this program with `payload` to `output`; where
/// that is empty, to defaultBinary(name), with dsc-out/last linked to it.
llvm::Expected<WrittenBinary> writeBinary(llvm::StringRef name,
                                          llvm::StringRef payload,
                                          const std::string &output);

/// Path of a program that lies beside this one.
std::string siblingProgram(llvm::StringRef name);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_BINARY_H
