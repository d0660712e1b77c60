//===- Heartbeat.h - ranks that die or stop are named -----------*- C++ -*-===//
//
// Every rank counts in the store and watches the next one that has come and is
// still at work; the first that misses a peer, or fails itself, leaves a note
// that all read. So a rank asks for as much in a large world as in a small one.
// A rank that lives but is stuck beats on: it falls to the timeout of its
// collectives.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_HEARTBEAT_H
#define DSC_RUNTIME_COLLECTIVES_HEARTBEAT_H

#include "runtime/Base/Error.h"
#include "runtime/Collectives/World.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace dsc {

/// What to do where a rank is gone and nobody knows more.
inline constexpr char kLossRemedy[] =
    "--resume goes on from the newest checkpoint";

/// Why the others end: "rank 2 has shown no sign of life for 8 s; it was last
/// at step 7".
struct Loss {
  int rank = 0;
  std::string reason;
  Exit code = Exit::peer; ///< with which the others end
  std::string hint = {};
};

class Heartbeat {
public:
  /// Called once at most, from the heartbeat's thread. The rank may be the
  /// caller's own, when others have given it up. It may not call the heartbeat.
  using OnLoss = std::function<void(const Loss &loss)>;

  /// What is noticed when.
  struct Pace {
    std::chrono::milliseconds beat{250};
    std::chrono::milliseconds silence{8000};
  };

  /// The first beat is in the store when this returns: a rank that has come
  /// this far is missed. Throws dsc::Error(Exit::peer) without a store.
  Heartbeat(const World &world, OnLoss onLoss, Pace pace);
  Heartbeat(const World &world, OnLoss onLoss)
      : Heartbeat(world, std::move(onLoss), Pace()) {}

  /// Falls silent. Say finish() or fail() before, or others will miss this
  /// rank.
  ~Heartbeat();

  /// What this rank is at, for the messages of others: "step 7".
  void note(const std::string &doing);

  /// Says that this rank leaves because of `reason`, and falls silent. A
  /// refusal and a stop end the others with their own codes.
  void fail(const Error &reason);

  /// Says that this rank is done, and falls silent. Rank 0, which may serve the
  /// store, waits for those of the others that still beat.
  void finish();

private:
  /// A peer as this rank sees it.
  struct Watched {
    int rank = -1;
    std::string state;
    std::chrono::milliseconds silent{0};
  };

  std::shared_ptr<Store> store;
  int self, ranks;
  OnLoss onLoss;
  Pace pace;
  uint64_t count = 0;
  Watched watched;
  std::chrono::milliseconds unreachable{0};   ///< how long the store has been
  std::chrono::steady_clock::time_point last; ///< see passed()
  bool isOver = false; ///< a loss was reported; the thread's until it ends

  std::mutex mutex;
  std::condition_variable changed;
  std::string doing = "the start";
  bool leaving = false;
  std::thread thread;

  void run();
  std::string nextBeat();
  std::chrono::milliseconds passed();
  bool beat(const std::string &state);
  bool look();
  std::string describeSilence() const;
  bool readNote();
  bool lose(const Loss &loss);
  void letOthersRead();
  void stop();
  void awaitOthers();
};

/// Whether a rank has come to its first beat.
bool hasBeaten(Store &store, int rank);

/// Leaves the note that a rank is lost, unless there is one; returns what the
/// note says. Also for those who see a rank die and are none themselves.
Loss leaveLossNote(Store &store, const Loss &loss);

/// What the note says, if there is one.
std::optional<Loss> readLossNote(Store &store);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_HEARTBEAT_H
