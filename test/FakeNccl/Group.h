//===- Group.h - operations that NCCL was called for together ---*- C++ -*-===//
//
// Each is taken apart into messages between two ranks. A message begins with a
// label that says what the sender does: where the receiver does another thing,
// or with another size, the group stands still and says why.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKENCCL_GROUP_H
#define DSC_TEST_FAKENCCL_GROUP_H

#include "test/FakeNccl/Channels.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dsc::fake {

enum class Kind : int32_t {
  allReduce,
  reduceScatter,
  reduce,
  allGather,
  broadcast,
  message
};

/// What all ranks that take part in an operation have to agree on.
struct Label {
  Kind kind = Kind::message;
  int32_t type = 0, root = 0;
  uint64_t count = 0;

  bool operator==(const Label &) const = default;
  std::string describe() const;
};

/// A call. Its memory is the host's by now.
struct Operation {
  Label label;
  const char *in = nullptr; ///< null for what only receives
  char *out = nullptr;      ///< null for what only sends
  int peer = 0;             ///< of a message
};

/// Bytes of an element, or 0 for a type that there is none of here.
size_t widthOf(int type);

class Group {
public:
  /// Throws std::string saying what NCCL would refuse.
  Group(int rank, int ranks, const std::vector<Operation> &operations);

  /// Moves what can be moved. True when all is done. Throws std::string where
  /// ranks do not do the same.
  bool progress(Channels &channels);

private:
  struct Message {
    Label label;
    char *data;
    size_t bytes;
    Label found = {};
    size_t moved = 0; ///< of the label and the bytes
  };

  void add(const Operation &operation);
  void send(int peer, const Label &label, const char *data, size_t bytes);
  void receive(int peer, const Label &label, char *data, size_t bytes);
  /// Room for what every other rank sends, to be summed in the order of ranks.
  void receiveTerms(const Label &label, const char *own, char *out);
  void addMessage(const Operation &operation);
  bool write(Channels &channels, int peer);
  bool read(Channels &channels, int peer);

  const int rank, ranks;
  std::vector<std::deque<Message>> outgoing, incoming; ///< by peer
  std::deque<Operation> ownSends, ownReceives;
  std::deque<std::vector<char>> terms;
  std::vector<std::function<void()>> endings;
};

} // namespace dsc::fake

#endif // DSC_TEST_FAKENCCL_GROUP_H
