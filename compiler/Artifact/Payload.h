//===- Payload.h - what a training binary carries ---------------*- C++ -*-===//
//
// Links kernels, plan and recipe into one ELF shared object that needs nothing,
// and appends it to the launcher. Both results are byte-identical for identical
// input: no build id, no time, no path.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_ARTIFACT_PAYLOAD_H
#define DSC_COMPILER_ARTIFACT_PAYLOAD_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dsc {

struct PayloadParts {
  llvm::ArrayRef<std::string> objects; ///< ELF relocatables of one machine
  llvm::StringRef recipe;              ///< resolved recipe, TOML
  llvm::StringRef plan;                ///< FlatBuffer
  llvm::StringRef images;              ///< FlatBuffer of device code, or ""
};

/// The shared object. Fails on undefined symbols, on a broken object, and when
/// no linker is found; throws as a ToolFolder does.
llvm::Expected<std::string> linkPayload(const PayloadParts &parts);

/// Writes `launcher` with the payload appended to `path`, executable, by a
/// rename. The trailer is that of runtime/Artifact/Trailer.h.
llvm::Error writeExecutable(llvm::StringRef launcher, llvm::StringRef payload,
                            llvm::StringRef path);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_PAYLOAD_H
