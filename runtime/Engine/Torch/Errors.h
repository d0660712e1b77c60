//===- Errors.h - LibTorch's exceptions as ours -----------------*- C++ -*-===//
//
// LibTorch throws c10::Error with its own wording and backtraces. A user gets
// one line that says where in the model it happened, and the exit code.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_ERRORS_H
#define DSC_RUNTIME_ENGINE_TORCH_ERRORS_H

#include "runtime/Base/Error.h"

#include <cstdint>
#include <exception>
#include <string>

namespace dsc::torch_engine {

/// What `exception` means: out of memory is Exit::device with a remedy, which
/// depends on how many samples the batch has, and so is what a device says;
/// anything else from LibTorch is Exit::internal. `place` names unit and
/// operator. A dsc::Error comes back as it is.
Error translated(const std::exception &exception, const std::string &place,
                 int64_t samples = 0);

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_ERRORS_H
