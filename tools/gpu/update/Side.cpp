//===- Side.cpp - our update for a process that has the peers' ------------===//
//
// A C interface over GpuUpdate: PyTorch's optimizers and our kernels take turns
// in one process, on the streams of one context. Functions return 0, or leave a
// message and return 1.
//
//===----------------------------------------------------------------------===//

#include "tools/gpu/update/GpuUpdate.h"

#include <algorithm>
#include <cstring>
#include <functional>

using namespace dsc;
using namespace dsc::gpu;

namespace {
struct Side {
  explicit Side(const std::string &binary)
      : artifact(binary), update(artifact) {}
  Artifact artifact;
  GpuUpdate update;
};

int guarded(char *message, int size, const std::function<void()> &body) {
  try {
    body();
    return 0;
  } catch (const std::exception &error) {
    std::strncpy(message, error.what(), size_t(size) - 1);
    message[size - 1] = 0;
    return 1;
  }
}
} // namespace

#define DSC_EXPORT extern "C" __attribute__((visibility("default")))

DSC_EXPORT int dscSideOpen(const char *binary, Side **side, char *message,
                           int size) {
  return guarded(message, size, [&] { *side = new Side(binary); });
}

DSC_EXPORT void dscSideClose(Side *side) { delete side; }

/// The address of a buffer and its elements.
DSC_EXPORT int dscSideBuffer(Side *side, const char *name, uint64_t *address,
                             int64_t *count, char *message, int size) {
  return guarded(message, size, [&] {
    int buffer = findBuffer(side->update.plan, name);
    if (buffer < 0)
      throw Error(Exit::artifact,
                  std::string("the plan has no buffer '") + name + "'");
    *address = side->update.address(buffer);
    *count = side->update.plan.buffers()->Get(buffer)->count();
  });
}

/// Enqueues an update, or those kernels of it that `kinds` has.
DSC_EXPORT int dscSideLaunch(Side *side, void *stream, unsigned kinds,
                             char *message, int size) {
  return guarded(message, size, [&] {
    side->update.launch(static_cast<cuda::Stream>(stream), kinds);
  });
}

/// Bytes that the maps of an update move, by the compiler's own count.
DSC_EXPORT double dscSideBytes(Side *side) {
  double bytes = 0;
  const plan::Plan &plan = side->update.plan;
  for (const plan::PlanOp *op : *findProgram(plan, "update")->ops())
    if (op->code() == plan::OpCode::launch)
      if (const plan::Kernel &kernel = *plan.kernels()->Get(op->index());
          kernel.kind() == plan::KernelKind::map)
        bytes += kernel.bytes_per_element() * double(op->end() - op->begin());
  return bytes;
}

/// The parameters in the arena `param`, one after the other: where each begins,
/// and its elements. Returns how many there are.
DSC_EXPORT int64_t dscSideParameters(Side *side, int64_t *offsets,
                                     int64_t *sizes, int64_t room) {
  int64_t index = 0;
  for (const plan::Parameter *parameter : *side->update.plan.parameters()) {
    if (index < room) {
      offsets[index] = parameter->offset();
      sizes[index] = parameter->size();
    }
    index += 1;
  }
  return index;
}

/// The place of a uniform in the buffer `uniforms`, or -1.
DSC_EXPORT int dscSideUniform(Side *side, const char *name) {
  return findUniform(side->update.plan, name);
}
