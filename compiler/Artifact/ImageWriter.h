//===- ImageWriter.h - device code as a FlatBuffer --------------*- C++ -*-===//

#ifndef DSC_COMPILER_ARTIFACT_IMAGEWRITER_H
#define DSC_COMPILER_ARTIFACT_IMAGEWRITER_H

#include "compiler/Target/TargetBackend.h"

#include <string>
#include <vector>

namespace dsc {

/// Code for a level of a device, and the backend that made it.
struct DeviceImage {
  std::string target;
  TargetCode code;
};

/// Serialises images (runtime/Artifact/Images.fbs); "" for none. The same
/// images give the same bytes.
std::string writeImages(llvm::ArrayRef<DeviceImage> all);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_IMAGEWRITER_H
