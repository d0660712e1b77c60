//===- Handover.h - updated parameters, given to all ranks ------*- C++ -*-===//
//
// Where ranks share memory, what a rank updates goes to the others in the same
// pass, out of its cache: nobody reads it again to gather it, and all that is
// left of the gather is that ranks meet.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_HANDOVER_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_HANDOVER_H

#include "runtime/Collectives/Communicator.h"
#include "runtime/Device/Device.h"

#include <map>
#include <vector>

namespace dsc {

class Handover {
public:
  /// Of a device whose memory is the host's; all outlive it.
  Handover(const plan::Plan &plan, Device &device, Communicator &communicator);

  /// Whether what ranks launch over `buffer` is all that they gather of it: it
  /// is everywhere when they have met.
  bool covers(int buffer) const { return buffers.count(buffer); }

  /// Launches a kernel over elements of this rank's, which become all ranks'.
  void launch(int kernel, int64_t begin, int64_t end);

private:
  struct Copies {
    int64_t width = 0;         ///< bytes of an element
    std::vector<char *> peers; ///< element 0 of each other rank's
  };

  void add(int buffer, Communicator &communicator);
  void give(int buffer, const Copies &copies, int64_t begin, int64_t end);

  const plan::Plan &plan;
  Device &device;
  std::map<int, Copies> buffers;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_HANDOVER_H
