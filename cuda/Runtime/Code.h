//===- Code.h - a binary's code, on a device --------------------*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_CODE_H
#define DSC_CUDA_RUNTIME_CODE_H

#include "cuda/Runtime/Gpu.h"
#include "runtime/Artifact/Artifact.h"

namespace dsc::cuda {

/// A kernel and how it is launched, as KernelAbi.h says.
struct LoadedKernel {
  Function function = nullptr;
  unsigned threads = 1;
  int64_t span = 0;
  unsigned mostBlocks = 1; ///< that the device runs at a time

  /// Thread blocks for a range.
  unsigned blocksFor(int64_t count) const;
};

/// The best code of a binary for a device: machine code of its family, else
/// text. Throws dsc::Error(Exit::artifact) naming what the binary has and what
/// the device is.
const images::Image &chooseImage(const Artifact &artifact,
                                 const DeviceFacts &device);

/// A module, loaded for as long as the process has its context.
class Code {
public:
  /// Text that the driver compiles.
  Code(const Gpu &gpu, const char *text, const std::string &what);

  /// The image that chooseImage() takes, or the text where the driver is older
  /// than that machine code. The artifact outlives it.
  Code(const Gpu &gpu, const Artifact &artifact);

  LoadedKernel find(const std::string &name, unsigned threads,
                    int64_t span) const;
  /// A kernel of the plan, with its geometry.
  LoadedKernel find(const plan::Kernel &kernel) const;

  /// "sm_90", or what was compiled here.
  const std::string &describe() const { return level; }

private:
  Status load(const void *bytes, bool isText, std::string &log);

  const Gpu &gpu;
  const images::Image *image = nullptr; ///< of the binary
  std::string level;
  Module module = nullptr;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_CODE_H
