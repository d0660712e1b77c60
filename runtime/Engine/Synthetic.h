//===- Synthetic.h - an engine without a model ------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ENGINE_SYNTHETIC_H
#define DSC_RUNTIME_ENGINE_SYNTHETIC_H

#include "runtime/Engine/Engine.h"

namespace dsc {

std::unique_ptr<Engine> openSyntheticEngine();

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_SYNTHETIC_H
