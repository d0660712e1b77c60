//===- Absent.cpp - stands in where this backend is not built -------------===//

#include "cuda/Codegen/CudaBackend.h"

std::unique_ptr<dsc::TargetBackend> dsc::createCudaBackend() { return nullptr; }
