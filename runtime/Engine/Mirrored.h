//===- Mirrored.h - an engine of the host for a device ----------*- C++ -*-===//
//
// Lets an engine that knows nothing but the host's memory work on the
// parameters of a device: they are fetched for it, and its gradients are
// brought back. Slow, but everything of a run but the model can be tried so.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_MIRRORED_H
#define DSC_RUNTIME_ENGINE_MIRRORED_H

#include "runtime/Device/Device.h"
#include "runtime/Engine/Engine.h"

namespace dsc {

/// `engine` itself where it can compute in the memory of `device`, else behind
/// such a mirror. The device outlives it.
std::unique_ptr<Engine> fitEngine(std::unique_ptr<Engine> engine,
                                  Device &device);

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_MIRRORED_H
