//===- Allocator.h - memory for activations ---------------------*- C++ -*-===//
//
// A training step allocates and frees the same sizes over and over. The C
// library gives large blocks back to the system each time, and the page faults
// of getting them again cost a good part of a small model's step. This
// allocator keeps freed blocks by size, on huge pages where they are large.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_ALLOCATOR_H
#define DSC_RUNTIME_ENGINE_TORCH_ALLOCATOR_H

#include "runtime/Engine/Torch/Place.h"

namespace dsc::torch_engine {

/// Makes LibTorch allocate CPU tensors from our cache; once per process.
void installAllocator();

/// What it gave and held.
PlaceMemory allocatedMemory();

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_ALLOCATOR_H
