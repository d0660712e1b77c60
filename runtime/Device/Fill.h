//===- Fill.h - a buffer's first content ------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_DEVICE_FILL_H
#define DSC_RUNTIME_DEVICE_FILL_H

#include "runtime/Artifact/Plan_generated.h"

namespace dsc {

/// Writes plan::Buffer::fill to `count` elements at `data`, host memory. Throws
/// dsc::Error(Exit::artifact) on a type that holds no such number.
void fillElements(const plan::Buffer &buffer, void *data, int64_t count);

} // namespace dsc

#endif // DSC_RUNTIME_DEVICE_FILL_H
