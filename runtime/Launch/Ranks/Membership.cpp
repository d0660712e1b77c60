//===- Membership.cpp -----------------------------------------------------===//

#include "runtime/Launch/Ranks/Membership.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Launch/Ranks/RankStart.h"

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;

/// How long a process may take to end by itself when another rank is lost. With
/// the time that it takes to notice, all are gone within ten seconds.
static constexpr auto kLastWords = 1s;

/// Rank 0 knows who is late; the others leave it to rank 0 to say.
static constexpr auto kVerdictIsLate = 5s;

/// Three beats: the note of one that has failed is read at the next.
static constexpr auto kNoteIsLate = 750ms;

static constexpr char kVerdict[] = "verdict";

static std::string memberKey(int rank) {
  return fmt::format("member-{}", rank);
}

Membership::Membership(const Place &place, const std::vector<Common> &common,
                       std::chrono::milliseconds timeout) {
  world.rank = place.rank;
  world.size = place.size;
  world.localRank = place.localRank;
  world.localSize = place.localSize;
  world.timeout = timeout;
  if (world.size == 1)
    return;
  rendezvous.emplace(place, Patience(timeout));
  world.store = rendezvous->store();
  world.address = rendezvous->address();
  folder.path = rendezvous->ownFolder();
  if (world.rank == 0 && isSupervised()) {
    folder.path = place.folder;
    folder.isSupervisors = true;
  }
  heartbeat = std::make_unique<Heartbeat>(
      world, [this](const Loss &loss) { noteLoss(loss); });
  try {
    if (world.store->add(memberKey(world.rank) + "-count", 1) > 1)
      throw Error(
          Exit::usage,
          fmt::format("two processes say that they are rank {}", world.rank),
          "every rank is started once");
    compare(common, Patience(timeout + kVerdictIsLate));
  } catch (const Error &error) {
    fail(error);
    throw;
  }
}

Membership::~Membership() {
  beginEnd();
  heartbeat.reset();
}

void Membership::Folder::remove() {
  std::error_code failure;
  if (path.empty() || (isSupervisors && isSupervisorThere()))
    return;
  std::filesystem::remove_all(path, failure);
  // Of the user's lobbies this may have been the last.
  if (!isSupervisors)
    ::rmdir(parentOf(path).c_str());
}

//===----------------------------------------------------------------------===//
// Meeting
//===----------------------------------------------------------------------===//

static Error errorOf(const Loss &loss) {
  return Error(loss.code, loss.reason, loss.hint);
}

/// A value that another rank has to write.
std::string Membership::await(const std::string &key, Patience patience,
                              const std::string &late) {
  while (true) {
    if (std::optional<std::string> value = world.store->get(key))
      return *value;
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (lost)
        throw errorOf(*lost);
    }
    rendezvous->letIn();
    if (patience.isOver())
      throw Error(
          Exit::peer,
          fmt::format("{} within {} s", late, world.timeout.count() / 1e3),
          "start all ranks, those of one host with the same TMPDIR, or set a "
          "longer parallel.timeout");
    patience.pause();
  }
}

/// Rank 0 looks at what all say, and tells all what it has found.
void Membership::compare(const std::vector<Common> &common, Patience patience) {
  nlohmann::json own;
  for (const Common &entry : common)
    own[entry.name] = entry.value;
  world.store->set(memberKey(world.rank), own.dump());
  nlohmann::json verdict = {{"code", 0}};
  if (world.rank == 0) {
    try {
      judge(common, Patience(world.timeout));
    } catch (const Error &error) {
      verdict = {{"code", int(error.code())},
                 {"message", error.what()},
                 {"hint", error.hint()}};
    }
    world.store->set(kVerdict, verdict.dump());
  } else {
    verdict = nlohmann::json::parse(
        await(kVerdict, patience, "rank 0 has not answered"));
  }
  if (int code = verdict.at("code"))
    throw Error(Exit(code), verdict.at("message"),
                verdict.at("hint").get<std::string>());
}

/// A hash is known by its beginning.
static std::string shorten(const std::string &value) {
  return value.size() == 64 ? value.substr(0, 12) : value;
}

void Membership::judge(const std::vector<Common> &common, Patience patience) {
  for (int rank = 1; rank < world.size; ++rank) {
    nlohmann::json other = nlohmann::json::parse(await(
        memberKey(rank), patience, fmt::format("rank {} has not come", rank)));
    for (const Common &entry : common) {
      std::string found = other.value(entry.name, "nothing");
      if (found != entry.value)
        throw Error(entry.code,
                    fmt::format("rank {} has {} '{}', but rank 0 has '{}'",
                                rank, entry.name, shorten(found),
                                shorten(entry.value)),
                    "start all ranks with the same binary and the same "
                    "options");
    }
  }
}

//===----------------------------------------------------------------------===//
// Loss
//===----------------------------------------------------------------------===//

/// In the heartbeat's thread, which has nothing else to do any more.
void Membership::noteLoss(const Loss &loss) {
  std::unique_lock<std::mutex> lock(mutex);
  lost = loss;
  changed.notify_all();
  if (communicator)
    communicator->abort(loss.reason);
  if (auto device = onDevice.lock())
    device->abort(errorOf(loss));
  if (changed.wait_for(lock, kLastWords, [&] { return ending; }))
    return;
  // The line of progress may stand there.
  std::string text = canRewriteLines(STDERR_FILENO) ? "\r\033[K" : "";
  text += "dsc: error: " + loss.reason + "\n";
  if (!loss.hint.empty())
    text += "dsc: hint: " + loss.hint + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  folder.remove();
  ::_exit(int(loss.code));
}

/// A call may see that a peer's process has gone before this rank has read why,
/// or has had the time to.
Error Membership::whyLost(const Error &error) {
  {
    std::unique_lock<std::mutex> lock(mutex);
    if (error.code() == Exit::peer)
      changed.wait_for(lock, kNoteIsLate, [&] { return lost.has_value(); });
    if (lost)
      return errorOf(*lost);
  }
  if (error.code() != Exit::peer)
    return error;
  try {
    std::optional<Loss> noted = readLossNote(*world.store);
    return noted ? errorOf(*noted) : error;
  } catch (const Error &) {
    return error; // whoever knows why took the store along
  }
}

/// Not where that is said already, with what was done meanwhile.
Error Membership::explain(const Error &error) {
  if (error.code() != Exit::peer)
    return error;
  Error why = whyLost(error);
  bool isSaid = std::string(error.what()).find(why.what()) != std::string::npos;
  return isSaid ? error : why;
}

void Membership::beginEnd() {
  std::lock_guard<std::mutex> lock(mutex);
  ending = true;
  changed.notify_all();
}

void Membership::finish() {
  beginEnd();
  if (heartbeat)
    heartbeat->finish();
}

void Membership::fail(const Error &reason) {
  beginEnd();
  if (heartbeat)
    heartbeat->fail(reason);
}

//===----------------------------------------------------------------------===//
// The communicator
//===----------------------------------------------------------------------===//

/// Tells the heartbeat what its calls are, for the messages of others; a call
/// that fails says why a peer left, where that is known.
class Membership::Watched : public Communicator {
public:
  Watched(Membership &owner, std::unique_ptr<Communicator> inner)
      : owner(owner), inner(std::move(inner)) {
    std::lock_guard<std::mutex> lock(owner.mutex);
    owner.communicator = this->inner.get();
    if (owner.lost)
      this->inner->abort(owner.lost->reason);
  }

  ~Watched() override {
    std::lock_guard<std::mutex> lock(owner.mutex);
    owner.communicator = nullptr;
  }

  std::string describe() const override { return inner->describe(); }
  int rank() const override { return inner->rank(); }
  int size() const override { return inner->size(); }

  void *allocate(int64_t bytes) override { return inner->allocate(bytes); }

  void reduceScatter(float *data, Bounds bounds) override {
    call("reduce-scatter", [&] { inner->reduceScatter(data, bounds); });
  }

  void reduceScatterThen(float *data, Bounds bounds, const Use &use) override {
    call("reduce-scatter",
         [&] { inner->reduceScatterThen(data, bounds, use); });
  }

  void allGather(void *data, int64_t width, Bounds bounds) override {
    call("all-gather", [&] { inner->allGather(data, width, bounds); });
  }

  void allGatherKept(void *data, int64_t width, Bounds bounds) override {
    call("all-gather", [&] { inner->allGatherKept(data, width, bounds); });
  }

  void allReduce(float *data, int64_t elements) override {
    call("all-reduce", [&] { inner->allReduce(data, elements); });
  }

  void allReduce(double *data, int64_t elements) override {
    call("all-reduce", [&] { inner->allReduce(data, elements); });
  }

  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override {
    call("exchange", [&] { inner->transfer(sends, receives); });
  }

  void barrier() override {
    call("barrier", [&] { inner->barrier(); });
  }

  void *copyOfPeer(const void *data, int peer) override {
    return inner->copyOfPeer(data, peer);
  }

  void setUrgent(bool urgent) override { inner->setUrgent(urgent); }

  double lateSeconds() const override { return inner->lateSeconds(); }

  void abort(const std::string &reason) override {
    aborted = true;
    inner->abort(reason);
  }

private:
  template <class Action> void call(const char *what, const Action &action) {
    owner.heartbeat->note(
        fmt::format("{}, call {} of its communicator", what, ++calls));
    try {
      action();
    } catch (const Error &error) {
      if (aborted)
        throw;
      throw owner.whyLost(error);
    }
  }

  Membership &owner;
  std::unique_ptr<Communicator> inner;
  int64_t calls = 0;
  std::atomic<bool> aborted = false; ///< by this rank itself
};

std::unique_ptr<Communicator> Membership::open(const std::string &name) {
  std::unique_ptr<Communicator> inner = openCommunicator(name, world);
  if (world.size == 1)
    return inner;
  return std::make_unique<Watched>(*this, std::move(inner));
}

std::shared_ptr<DeviceCommunicator>
Membership::openOnDevice(const std::string &name, const std::string &device,
                         void *queue) {
  if (!exchangesOnDevice(name, device))
    return nullptr;
  heartbeat->note("the opening of its device's communicator");
  std::shared_ptr<DeviceCommunicator> opened =
      openDeviceCommunicator(name, device, world, queue);
  std::lock_guard<std::mutex> lock(mutex);
  onDevice = opened;
  if (lost)
    opened->abort(errorOf(*lost));
  return opened;
}
