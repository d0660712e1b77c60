//===- Place.h - where an engine's tensors live -----------------*- C++ -*-===//
//
// An engine library is the same sources for every kind of device, and one
// implementation of this header: HostPlace.cpp for the host.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_PLACE_H
#define DSC_RUNTIME_ENGINE_TORCH_PLACE_H

#include <c10/core/Device.h>

#include <cstddef>
#include <memory>
#include <string>

namespace dsc::torch_engine {

/// The device of every tensor.
c10::Device placeDevice();

/// As logs call it: "CPU".
std::string placeName();

/// Whether `--device name` means this place.
bool placeServes(const std::string &name);

/// Before anything else; once per process.
void preparePlace();

/// Bytes, since the process began.
struct PlaceMemory {
  size_t most = 0; ///< that tensors of LibTorch's had at a time
  size_t held = 0; ///< that were held for them, at most
};
PlaceMemory placeMemory();

/// For as long as it lives, this thread's work goes to the device's `queue`, a
/// native handle, and, where the queue is being recorded, memory comes from a
/// pool that the recording keeps.
class QueueScope {
public:
  explicit QueueScope(void *queue);
  ~QueueScope();

private:
  struct Held;
  std::unique_ptr<Held> held;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_PLACE_H
