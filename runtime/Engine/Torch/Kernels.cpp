//===- Kernels.cpp - kernels in place of LibTorch's -----------------------===//
//
// See Kernels.h.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Kernels.h"

#include <c10/util/Exception.h>
#include <torch/library.h>

namespace {

/// LibTorch warns whoever replaces a kernel of its own.
class Silence final : public c10::WarningHandler {
  void process(const c10::Warning &) override {}
};

} // namespace

void dsc::torch_engine::installKernels() {
  static torch::Library *library = [] {
    Silence silence;
    c10::WarningUtils::WarningHandlerGuard guard(&silence);
    auto *made = new torch::Library(torch::Library::IMPL, "aten",
                                    c10::DispatchKey::CPU, __FILE__, __LINE__);
    installProducts(*made);
    installGelu(*made);
    return made;
  }();
  (void)library;
}
