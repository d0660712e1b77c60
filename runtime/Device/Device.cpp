//===- Device.cpp - what not every device can -----------------------------===//

#include "runtime/Device/Device.h"

#include "runtime/Base/Error.h"

using namespace dsc;

static Error hasNoSums(const Device &device) {
  return Error(Exit::usage,
               "parallel.virtual_ranks on '" + device.describe() +
                   "' is not supported yet",
               "--device cpu has it");
}

void Device::copy(FloatSpan, FloatSpan) { throw hasNoSums(*this); }

void Device::add(FloatSpan, FloatSpan) { throw hasNoSums(*this); }
