//===- Recording.h - work that becomes a graph ------------------*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_RECORDING_H
#define DSC_CUDA_RUNTIME_RECORDING_H

#include "cuda/Runtime/Gpu.h"

#include <functional>

namespace dsc::cuda {

/// A part of a step, recorded once and replayed.
class Recording {
public:
  /// Whether it is still to be recorded, and may be.
  bool isDue() const { return !refused && !graph; }
  bool isRefused() const { return refused; }
  bool isReady() const { return graph != nullptr; }

  /// Records what `body` enqueues on `stream`, without doing it. Returns why
  /// that could not be, or "".
  std::string make(const Gpu &gpu, Stream stream,
                   const std::function<void()> &body);

  /// Gives up for good.
  void refuse(const Gpu &gpu);

  void replay(const Gpu &gpu, Stream stream) const;
  void destroy(const Gpu &gpu);

private:
  bool refused = false;
  GraphExec graph = nullptr;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_RECORDING_H
