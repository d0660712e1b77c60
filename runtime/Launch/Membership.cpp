//===- Membership.cpp -----------------------------------------------------===//

#include "runtime/Launch/Membership.h"

#include "runtime/Launch/Supervisor.h"

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
  world.address = place.address;
  if (world.size == 1)
    return;
  world.store = openRendezvous(place, Patience(timeout), folder.path);
  if (world.rank == 0 && isSupervised()) {
    folder.path = place.folder;
    folder.isSupervisors = true;
  }
  heartbeat = std::make_unique<Heartbeat>(
      world, [this](int, const std::string &reason) { noteLoss(reason); });
  heartbeat->note("the start");
  try {
    if (world.store->add(memberKey(world.rank) + "-count", 1) > 1)
      throw Error(
          Exit::usage,
          fmt::format("two processes say that they are rank {}", world.rank),
          "every rank is started once");
    compare(common, Patience(timeout + kVerdictIsLate));
  } catch (const Error &error) {
    fail(error.what());
    throw;
  }
}

Membership::~Membership() {
  beginEnd();
  heartbeat.reset();
}

void Membership::Folder::remove() {
  std::error_code failure;
  if (!path.empty() && !(isSupervisors && isSupervisorThere()))
    std::filesystem::remove_all(path, failure);
}

//===----------------------------------------------------------------------===//
// Meeting
//===----------------------------------------------------------------------===//

/// A value that another rank has to write.
std::string Membership::await(const std::string &key, Patience patience,
                              const std::string &late) {
  while (true) {
    if (std::optional<std::string> value = world.store->get(key))
      return *value;
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (!lost.empty())
        throw Error(Exit::peer, lost);
    }
    if (patience.isOver())
      throw Error(
          Exit::peer,
          fmt::format("{} within {} s", late, world.timeout.count() / 1000),
          "start all ranks, or set a longer parallel.timeout");
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
void Membership::noteLoss(const std::string &reason) {
  std::unique_lock<std::mutex> lock(mutex);
  lost = reason;
  if (communicator)
    communicator->abort(reason);
  if (changed.wait_for(lock, kLastWords, [&] { return ending; }))
    return;
  std::string text = "dsc: error: " + reason + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  folder.remove();
  ::_exit(int(Exit::peer));
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

void Membership::fail(const std::string &reason) {
  beginEnd();
  if (heartbeat)
    heartbeat->fail(reason);
}

//===----------------------------------------------------------------------===//
// The communicator
//===----------------------------------------------------------------------===//

/// Tells the heartbeat what its calls are, for the messages of others.
class Membership::Watched : public Communicator {
public:
  Watched(Membership &owner, std::unique_ptr<Communicator> inner)
      : owner(owner), inner(std::move(inner)) {
    std::lock_guard<std::mutex> lock(owner.mutex);
    owner.communicator = this->inner.get();
    if (!owner.lost.empty())
      this->inner->abort(owner.lost);
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
    note("reduce-scatter");
    inner->reduceScatter(data, bounds);
  }

  void reduceScatterThen(float *data, Bounds bounds, const Use &use) override {
    note("reduce-scatter");
    inner->reduceScatterThen(data, bounds, use);
  }

  void allGather(void *data, int64_t width, Bounds bounds) override {
    note("all-gather");
    inner->allGather(data, width, bounds);
  }

  void allGatherKept(void *data, int64_t width, Bounds bounds) override {
    note("all-gather");
    inner->allGatherKept(data, width, bounds);
  }

  void allReduce(float *data, int64_t elements) override {
    note("all-reduce");
    inner->allReduce(data, elements);
  }

  void allReduce(double *data, int64_t elements) override {
    note("all-reduce");
    inner->allReduce(data, elements);
  }

  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override {
    note("exchange");
    inner->transfer(sends, receives);
  }

  void barrier() override {
    note("barrier");
    inner->barrier();
  }

  void setUrgent(bool urgent) override { inner->setUrgent(urgent); }

  double lateSeconds() const override { return inner->lateSeconds(); }

  void abort(const std::string &reason) override { inner->abort(reason); }

private:
  void note(const char *what) {
    owner.heartbeat->note(
        fmt::format("{}, call {} of its communicator", what, ++calls));
  }

  Membership &owner;
  std::unique_ptr<Communicator> inner;
  int64_t calls = 0;
};

std::unique_ptr<Communicator> Membership::open(const std::string &name) {
  std::unique_ptr<Communicator> inner = openCommunicator(name, world);
  if (world.size == 1)
    return inner;
  return std::make_unique<Watched>(*this, std::move(inner));
}
