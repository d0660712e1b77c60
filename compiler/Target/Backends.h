//===- Backends.h - the backends of this build ------------------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_BACKENDS_H
#define DSC_COMPILER_TARGET_BACKENDS_H

#include "compiler/Target/TargetBackend.h"

namespace dsc {

/// One of each backend that is built, the CPU's first. The list is generated
/// from DSC_BACKENDS.
std::vector<std::unique_ptr<TargetBackend>> createBackends();

/// Names of all backends in the tree. What stands in for one that DSC_BACKENDS
/// leaves out creates none.
llvm::ArrayRef<llvm::StringRef> listKnownBackends();

} // namespace dsc

#endif // DSC_COMPILER_TARGET_BACKENDS_H
