//===- Kernels.h - kernels in place of LibTorch's ---------------*- C++ -*-===//
//
// Some of LibTorch's CPU kernels leave half of the machine unused. Ours take
// their place in the dispatcher, below autograd, so that graphs and formulas
// stay what they are. Anything but the plain case goes on to LibTorch's own
// kernel.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_KERNELS_H
#define DSC_RUNTIME_ENGINE_TORCH_KERNELS_H

namespace torch {
class Library;
}

namespace dsc::torch_engine {

/// Puts all of them in place; once per process.
void installKernels();

/// aten::mm and aten::addmm of f32, where this processor gains by it.
void installProducts(torch::Library &library);

/// aten::gelu and its backward of f32, in the form with tanh.
void installGelu(torch::Library &library);

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_KERNELS_H
