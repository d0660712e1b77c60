//===- Images.h - the device code of a binary -------------------*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_IMAGES_H
#define DSC_CUDA_RUNTIME_IMAGES_H

#include "runtime/Artifact/Artifact.h"

namespace dsc::cuda {

struct KernelImage {
  std::string name;
  unsigned threads = 1;
  int64_t span = 0;
};

struct CodeImage {
  bool isText = false; ///< PTX, else a cubin
  int level = 0;       ///< 90 of sm_90
  std::string_view bytes;
  std::vector<KernelImage> kernels;
};

/// What the binary has for this backend's devices.
std::vector<CodeImage> imagesOf(const Artifact &artifact);

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_IMAGES_H
