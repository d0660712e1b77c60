//===- CheckedCommunicator.h - a library's collectives, made safe *- C++
//-*-===//
//
// What communicators over a library have in common: before each call ranks
// compare what they are about to do, and the first failure is the answer to
// every later call.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_CHECKEDCOMMUNICATOR_H
#define DSC_RUNTIME_COLLECTIVES_CHECKEDCOMMUNICATOR_H

#include "runtime/Base/Error.h"
#include "runtime/Collectives/CallNote.h"
#include "runtime/Collectives/World.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace dsc {

class CheckedCommunicator : public Communicator {
public:
  CheckedCommunicator(const World &world, const std::string &library);

  int rank() const final { return ownRank; }
  int size() const final { return ranks; }

  void *allocate(int64_t bytes) final;
  void reduceScatter(float *data, Bounds bounds) final;
  void allGather(void *data, int64_t width, Bounds bounds) final;
  void allReduce(float *data, int64_t elements) final;
  void allReduce(double *data, int64_t elements) final;
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) final;
  void barrier() final;
  void abort(const std::string &reason) final;

protected:
  /// Sends own[p] to every other rank p, and receives its note to us.
  virtual void exchangeNotes(std::span<const CallNote> own,
                             std::span<CallNote> others) = 0;

  // The calls themselves, where no rank has failed and all ask for the same.
  // What goes wrong is thrown as dsc::Error, without the call's name.
  virtual void *makeMemory(int64_t bytes) = 0;
  virtual void reduceParts(float *data, Bounds bounds) = 0;
  virtual void gatherParts(char *data, int64_t width, Bounds bounds) = 0;
  virtual void sum(float *data, int64_t elements) = 0;
  virtual void sum(double *data, int64_t elements) = 0;
  virtual void exchange(std::span<const Transfer> sends,
                        std::span<const Transfer> receives) = 0;

  /// Ends what waits, from any thread. isAborted() is true by then.
  virtual void wake() = 0;

  /// After a failure, in the thread that calls: peers should notice.
  virtual void leave() = 0;

  bool isAborted() const { return aborted; }

  const std::shared_ptr<Store> store;
  /// What keys of the store begin with: a name of this opening alone, since
  /// communicators of one library may be opened one after another.
  const std::string prefix;

private:
  /// Compares the notes of all ranks, then calls `body`.
  void perform(CallNote note, std::span<const Transfer> sends,
               std::span<const Transfer> receives,
               const std::function<void()> &body);
  void perform(const CallNote &note, const std::function<void()> &body) {
    perform(note, {}, {}, body);
  }
  std::vector<CallNote> notesTo(const CallNote &note,
                                std::span<const Transfer> sends,
                                std::span<const Transfer> receives) const;
  void compare(std::span<const CallNote> own, std::span<const CallNote> others);
  void fail(const Error &error);
  void throwIfFailed();
  void remember(const Error &error);

  const int ownRank, ranks;
  int64_t calls = 0;
  std::atomic<bool> aborted = false;
  std::mutex mutex;
  std::optional<Error> failure; ///< the first one
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_CHECKEDCOMMUNICATOR_H
