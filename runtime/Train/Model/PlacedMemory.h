//===- PlacedMemory.h - whole buffers, wherever they lie --------*- C++ -*-===//
//
// Files hold whole tensors; a sharded buffer lies in parts on all ranks. What
// is written goes to the ranks that keep it, what is read comes together on
// rank 0.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_MODEL_PLACEDMEMORY_H
#define DSC_RUNTIME_TRAIN_MODEL_PLACEDMEMORY_H

#include "runtime/Artifact/Shards.h"
#include "runtime/Collectives/Communicator.h"
#include "runtime/Device/Device.h"

namespace dsc {

/// What a rank's device holds: what ranks exchange lies where the communicator
/// wants it. Both outlive the device.
DeviceMemory memoryOfRank(const plan::Plan &plan, Communicator &communicator);

class PlacedMemory {
public:
  /// All three outlive it.
  PlacedMemory(const plan::Plan &plan, Device &device,
               Communicator &communicator)
      : plan(plan), device(device), communicator(communicator) {}

  bool isFirst() const { return communicator.rank() == 0; }

  /// Elements [first, first + count) of a buffer from host memory, which every
  /// rank has.
  void write(int buffer, int64_t first, int64_t count, const void *data);

  /// The same to host memory. A collective call where the buffer is sharded;
  /// other ranks than the first are then left with their own parts alone.
  void read(int buffer, int64_t first, int64_t count, void *data);

private:
  bool isSharded(int buffer) const;
  std::vector<ElementRange> partsOf(int64_t rank, ElementRange range) const {
    return ownedParts(plan, rank, communicator.size(), range);
  }

  const plan::Plan &plan;
  Device &device;
  Communicator &communicator;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_MODEL_PLACEDMEMORY_H
