//===- CudaBackend.h - code for NVIDIA GPUs ---------------------*- C++ -*-===//
//
// Kernels as PTX, which every driver can compile for its GPU, and as cubins for
// the architectures of data centres and desks, made of the same text by ptxas.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_CODEGEN_CUDABACKEND_H
#define DSC_CUDA_CODEGEN_CUDABACKEND_H

#include "compiler/Target/TargetBackend.h"

namespace mlir {
class Pass;
} // namespace mlir

namespace dsc {

/// The backend "cuda". A level is an architecture, sm_80; the PTX is that of
/// the oldest for all of them.
std::unique_ptr<TargetBackend> createCudaBackend();

/// Replaces each plan.kernel by an entry with threads round its scalar body.
std::unique_ptr<mlir::Pass> createCudaLoopsPass();

} // namespace dsc

#endif // DSC_CUDA_CODEGEN_CUDABACKEND_H
