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

/// `device` has steps, and outlives the engine that is returned.
std::unique_ptr<Engine> mirrorEngine(std::unique_ptr<Engine> engine,
                                     Device &device);

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_MIRRORED_H
