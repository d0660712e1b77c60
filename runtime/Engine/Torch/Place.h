//===- Place.h - where an engine's tensors live -----------------*- C++ -*-===//
//
// An engine library is the same sources for every kind of device, and one
// implementation of this header: HostPlace.cpp for the host.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_PLACE_H
#define DSC_RUNTIME_ENGINE_TORCH_PLACE_H

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <functional>
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
/// native handle, and memory comes from a pool that what is recorded there
/// keeps.
class QueueScope {
public:
  explicit QueueScope(void *queue);
  ~QueueScope();

private:
  struct Held;
  std::unique_ptr<Held> held;
};

/// Work that nothing waits for before join(). A device does it beside what this
/// thread enqueues meanwhile, where it is too little to fill the device; else
/// it is done at once.
class Branch {
public:
  Branch();
  ~Branch();

  /// `size` is the number of multiplications, `reads` are tensors that the work
  /// reads: they stay until join().
  void run(int64_t size, std::vector<at::Tensor> reads,
           const std::function<void()> &work);
  void join();

private:
  struct Beside;
  std::unique_ptr<Beside> beside;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_PLACE_H
