//===- Sections.h - data as an object file ----------------------*- C++ -*-===//

#ifndef DSC_COMPILER_ARTIFACT_SECTIONS_H
#define DSC_COMPILER_ARTIFACT_SECTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dsc {

struct DataSection {
  llvm::StringRef name, bytes;
};

/// An ELF relocatable of the same machine as `sibling` (x86-64 when that is
/// empty) with the sections that have bytes, read-only and 16-byte aligned.
llvm::Expected<std::string>
createDataObject(llvm::StringRef sibling, llvm::ArrayRef<DataSection> sections);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_SECTIONS_H
