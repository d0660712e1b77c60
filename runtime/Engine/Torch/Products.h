//===- Products.h - matrix products at the machine's speed ------*- C++ -*-===//
//
// LibTorch multiplies f32 matrices with MKL, which takes its AVX2 code on
// processors that are not Intel's, even where they have AVX-512. oneDNN, which
// is in LibTorch too, does not: it is twice as fast there.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_PRODUCTS_H
#define DSC_RUNTIME_ENGINE_TORCH_PRODUCTS_H

namespace dsc::torch_engine {

/// On an AMD processor with AVX-512, makes aten::mm and aten::addmm of f32
/// tensors, forward and backward, run through oneDNN; once per process. The
/// choice hangs on the processor alone, so a run's bits do not depend on
/// chance.
void installProducts();

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_PRODUCTS_H
