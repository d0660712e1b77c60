//===- Ptxas.h - machine code of PTX ----------------------------*- C++ -*-===//

#ifndef DSC_CUDA_CODEGEN_PTXAS_H
#define DSC_CUDA_CODEGEN_PTXAS_H

#include "compiler/Target/TargetBackend.h"

#include "llvm/Support/Error.h"

#include <optional>

namespace dsc {

/// NVIDIA's assembler: $DSC_PTXAS where that is set (to nothing, for none),
/// else the one that the build found, else one on the PATH.
std::optional<std::string> findPtxas();

struct Cubin {
  std::string bytes;
  std::vector<DeviceKernel> kernels; ///< names and figures
};

/// A cubin for each level, all made at once. Throws as a ToolFolder does.
llvm::Expected<std::vector<Cubin>> assemble(const std::string &ptxas,
                                            llvm::StringRef ptx,
                                            llvm::ArrayRef<std::string> levels);

/// Reads what `ptxas -v` says of each entry.
std::vector<DeviceKernel> readFigures(llvm::StringRef log);

} // namespace dsc

#endif // DSC_CUDA_CODEGEN_PTXAS_H
