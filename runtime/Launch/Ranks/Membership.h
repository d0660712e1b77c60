//===- Membership.h - a rank among its peers --------------------*- C++ -*-===//
//
// From the moment when all ranks have met and found that they mean the same run
// until they part. In between each knows within seconds when another is lost:
// what waits for it ends then, and if this process cannot end by itself, it is
// ended.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_MEMBERSHIP_H
#define DSC_RUNTIME_LAUNCH_RANKS_MEMBERSHIP_H

#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Collectives/Heartbeat.h"
#include "runtime/Launch/Rendezvous/Place.h"
#include "runtime/Launch/Rendezvous/Rendezvous.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace dsc {

/// What has to be the same on all ranks. `code` is that of a difference.
struct Common {
  std::string name, value;
  Exit code = Exit::usage;
};

class Membership {
public:
  /// Meets the other ranks. Throws dsc::Error(Exit::peer) when they do not come
  /// within `timeout`, or that of what is not common.
  Membership(const Place &place, const std::vector<Common> &common,
             std::chrono::milliseconds timeout);
  ~Membership();
  Membership(const Membership &) = delete;
  Membership &operator=(const Membership &) = delete;

  /// Of that name (World.h). The others' loss ends its calls; it must not
  /// outlive this.
  std::unique_ptr<Communicator> open(const std::string &name);

  /// That of a device (World.h); null where ranks exchange through the host's
  /// memory.
  std::shared_ptr<DeviceCommunicator>
  openOnDevice(const std::string &name, const std::string &device, void *queue);

  /// What a run that failed ends with: `error`, or why a peer is gone, where
  /// that is all that `error` says. A device's communicator may see the first
  /// before this rank has read the second.
  Error explain(const Error &error);

  /// Parts in good order, or because of `reason`. Nothing else may follow.
  void finish();
  void fail(const Error &reason);

private:
  class Watched;

  void compare(const std::vector<Common> &common, Patience patience);
  void judge(const std::vector<Common> &common, Patience patience);
  std::string await(const std::string &key, Patience patience,
                    const std::string &late);
  void noteLoss(const Loss &loss);
  Error whyLost(const Error &error);
  void beginEnd();

  World world;
  std::optional<Rendezvous> rendezvous; ///< unless there is one rank
  /// Of the store, where this rank has to remove it: at once, or when the
  /// supervisor, who made it, has died.
  struct Folder {
    std::string path;
    bool isSupervisors = false;
    ~Folder() { remove(); }
    void remove();
  } folder;
  std::mutex mutex; ///< of what follows
  std::condition_variable changed;
  Communicator *communicator = nullptr;
  std::weak_ptr<DeviceCommunicator> onDevice;
  std::optional<Loss> lost;
  bool ending = false;
  std::unique_ptr<Heartbeat> heartbeat;
};

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_MEMBERSHIP_H
