//===- Gpu.h - one device, its memory and its failures ----------*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_GPU_H
#define DSC_CUDA_RUNTIME_GPU_H

#include "cuda/Runtime/Driver.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dsc::cuda {

/// What memory is for: it tells which keys of a recipe would make it smaller.
/// `alone` is a model that is not trained.
enum class Use { model, batch, alone };

/// What to do where ranks would have to share a device.
inline constexpr char kOneEach[] =
    "start as many ranks on a host as it has devices, or let them exchange "
    "through the host's memory with --communicator shared-memory (between "
    "hosts: gloo)";

struct ByteRange {
  size_t begin = 0, end = 0;
};

struct DeviceFacts {
  DeviceId id = 0;
  std::string name;
  std::string uuid; ///< "GPU-3f1c…", as NVIDIA's tools write it
  int level = 0;    ///< 90 of sm_90
  int multiprocessors = 0;

  std::string describe() const; ///< "NVIDIA H200 (sm_90)"
};

/// The device of a rank, by its number among those of this host: the rank's
/// own, or the only one that it sees; where there are fewer, one that it shares
/// if it may. Throws dsc::Error(Exit::device).
DeviceFacts readFacts(const Driver &driver, int localRank = 0,
                      bool mayShare = false);

/// A rank's device, in the context that other libraries of this process share.
/// Its memory is freed with it.
class Gpu {
public:
  /// Throws dsc::Error(Exit::device).
  explicit Gpu(int localRank, bool mayShare = false);
  ~Gpu();
  Gpu(const Gpu &) = delete;
  Gpu &operator=(const Gpu &) = delete;

  const Driver &driver;
  const DeviceFacts facts;

  /// A thread that has not made this must enter it before it calls the driver.
  void enter() const;

  /// Zeroed memory. `owner` is how messages call it. Throws
  /// dsc::Error(Exit::device) with what is held, and by whom.
  Address allocate(const std::string &owner, size_t bytes, Use use);

  /// The same of which only parts are used: addresses for all of it, memory for
  /// what holds the parts. What lies between them must not be touched.
  Address allocateParts(const std::string &owner, size_t bytes,
                        std::vector<ByteRange> parts, Use use);

  /// Host memory that the device reaches under the same address.
  void *allocatePinned(const std::string &owner, size_t bytes);

  /// Copies to the device, and waits until it is there: no stream of ours
  /// waits for copies outside of it.
  void upload(Address to, const void *from, size_t bytes,
              const std::string &what) const;

  /// Throws dsc::Error(Exit::device) with what was done, and the driver's
  /// words.
  void check(Status status, const std::string &what) const;

  /// What the run is doing, for messages.
  std::string phase = "the run is opened";

private:
  struct Block {
    std::string owner;
    Address address;
    size_t bytes;
  };

  [[noreturn]] void failFull(const std::string &owner, size_t bytes,
                             Use use) const;
  std::string holdings() const;
  void mapPart(const std::string &owner, Address base, ByteRange part, Use use);

  Context context = nullptr;
  /// Memory at an address that was reserved.
  struct Mapping {
    Address address;
    size_t bytes;
    Handle handle;
  };

  std::vector<Block> blocks; ///< those of parts have no address
  std::vector<void *> pinned;
  std::vector<Mapping> mappings;
  std::vector<std::pair<Address, size_t>> reserved;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_GPU_H
