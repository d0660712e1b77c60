//===- Communicator.h - what ranks say to one another -----------*- C++ -*-===//
//
// The collectives that a plan may hold, and no strategy. All ranks of a world
// make the same calls in the same order, from one thread at a time. A
// Communicator's data is the host's, and a call returns when its memory may be
// used again. What cannot be done, because a peer is gone, waits longer than
// the timeout or asks for another size, throws dsc::Error(Exit::peer), and so
// does every later call. Those of a device: DeviceCommunicator.h.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H
#define DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace dsc {

/// Parts of a range, one for each rank: rank r has [bounds[r], bounds[r + 1]).
/// Parts may be empty and of different sizes.
using Bounds = std::span<const int64_t>;

/// Bytes for, or from, a rank. A rank may send to itself.
struct Transfer {
  int rank = 0;
  void *data = nullptr; ///< only read where it is sent
  int64_t bytes = 0;
};

/// What the ops of a plan ask for, wherever the data is.
class Collectives {
public:
  virtual ~Collectives() = default;

  /// "shared memory", "gloo at 10.0.0.1".
  virtual std::string describe() const = 0;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// `part` becomes the sums over ranks of the caller's part of `data`, which
  /// is indexed by bounds. It is that part itself, or lies elsewhere. `data` is
  /// left with any other values.
  virtual void reduceScatterTo(float *data, Bounds bounds, float *part) = 0;

  /// Every rank's part of `data` becomes the same everywhere. Bounds count
  /// elements of `width` bytes.
  virtual void allGather(void *data, int64_t width, Bounds bounds) = 0;

  /// The same, where no rank writes to its part before its next call: peers may
  /// read it until that has begun, so nobody waits here for the slowest.
  virtual void allGatherKept(void *data, int64_t width, Bounds bounds) {
    allGather(data, width, bounds);
  }

  /// `data` becomes its sum over ranks: the same bits on every rank.
  virtual void allReduce(float *data, int64_t elements) = 0;
  virtual void allReduce(double *data, int64_t elements) = 0;

  /// Sends and receives at once. Between two ranks, messages arrive in the
  /// order in which they were sent.
  virtual void transfer(std::span<const Transfer> sends,
                        std::span<const Transfer> receives) = 0;
};

class Communicator : public Collectives {
public:
  /// Zeroed memory, 64-byte aligned, that collectives reach fastest; it lives
  /// as long as the communicator. A collective call: the same size everywhere.
  virtual void *allocate(int64_t bytes) = 0;

  /// In `data` (indexed by bounds) the elements of the caller's part become
  /// their sums over ranks; the others are left with any value.
  virtual void reduceScatter(float *data, Bounds bounds) = 0;

  /// The same, and `use` for each piece [begin, end) of the caller's part, in
  /// order, as soon as it is summed and while it is in the cache. Pieces are
  /// whole 4096-element blocks counted from where the part begins; the last may
  /// be shorter. `use` makes no calls of this communicator.
  using Use = std::function<void(int64_t begin, int64_t end)>;
  virtual void reduceScatterThen(float *data, Bounds bounds, const Use &use);

  void reduceScatterTo(float *data, Bounds bounds, float *part) final;

  virtual void barrier() = 0;

  /// Where this rank can write to what `peer` has at the place of `data`, in
  /// memory that both have allocated here. Null where it cannot.
  virtual void *copyOfPeer(const void *, int) { return nullptr; }

  /// Whether this process has nothing to compute until the call under way
  /// returns, so that waits inside it may keep a processor. From any thread.
  virtual void setUrgent(bool) {}

  /// For how long calls have waited, in all, for ranks that had not begun them:
  /// seconds that are no part of what an exchange costs. 0 where the
  /// communicator cannot tell. Asked between two calls.
  virtual double lateSeconds() const { return 0; }

  /// Ends every call that waits, on this rank, with an error of `reason`. May
  /// be called from any thread, and again.
  virtual void abort(const std::string &reason) = 0;
};

/// The communicator of a run with one rank.
std::unique_ptr<Communicator> openSingleRank();

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H
