//===- Pipes.h - bytes from rank to rank of one host ------------*- C++ -*-===//
//
// Every pair of ranks has a ring in the sender's memory. What is sent is one
// stream of bytes; sizes of messages are compared before it flows.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_PIPES_H
#define DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_PIPES_H

#include "runtime/Collectives/SharedMemory/Meeting.h"

namespace dsc {

class Pipes {
public:
  /// Memory that the rings of one rank take.
  static int64_t bytesFor(int ranks);

  /// `rings[r]`: zeroed memory of rank r, of bytesFor(all ranks).
  Pipes(Meeting &meeting, std::vector<char *> rings)
      : meeting(meeting), rings(std::move(rings)) {}

  /// A call of all ranks.
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives);

private:
  struct Ring;
  class Stream;

  Meeting &meeting;
  std::vector<char *> rings;

  Ring &ring(int from, int to) const;
  void announce(std::span<const Transfer> sends);
  void compare(int place, std::span<const Transfer> receives);
  bool push(Stream &stream);
  bool pull(Stream &stream);
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_PIPES_H
