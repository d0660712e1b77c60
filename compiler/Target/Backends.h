//===- Backends.h - the backends of this build ------------------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_BACKENDS_H
#define DSC_COMPILER_TARGET_BACKENDS_H

#include "compiler/Target/TargetBackend.h"

namespace dsc {

/// One of each backend named in DSC_BACKENDS, in that order. The list is
/// generated: nothing else names a backend.
std::vector<std::unique_ptr<TargetBackend>> createBackends();

} // namespace dsc

#endif // DSC_COMPILER_TARGET_BACKENDS_H
