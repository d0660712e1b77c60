//===- Errors.cpp - LibTorch's exceptions as ours -------------------------===//
//
// See Errors.h.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Errors.h"

#include <c10/util/Exception.h>

#include <new>

using namespace dsc;

static std::string firstLine(const std::string &text) {
  return text.substr(0, text.find('\n'));
}

static bool isOutOfMemory(const std::exception &exception) {
  return dynamic_cast<const c10::OutOfMemoryError *>(&exception) ||
         dynamic_cast<const std::bad_alloc *>(&exception);
}

Error torch_engine::translated(const std::exception &exception,
                               const std::string &place, int64_t samples) {
  if (const auto *ours = dynamic_cast<const Error *>(&exception))
    return *ours;
  const auto *theirs = dynamic_cast<const c10::Error *>(&exception);
  std::string text =
      firstLine(theirs ? theirs->what_without_backtrace() : exception.what());
  if (isOutOfMemory(exception))
    return Error(Exit::device, place + ": out of memory: " + text,
                 samples > 1 ? "a smaller train.micro_batch needs less memory"
                             : "a smaller [model] needs less memory");
  bool isOfDevice = dynamic_cast<const c10::AcceleratorError *>(&exception);
  return Error(isOfDevice ? Exit::device : Exit::internal, place + ": " + text);
}
