//===- Heartbeat.cpp ------------------------------------------------------===//

#include "runtime/Collectives/Heartbeat.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <sstream>
#include <utility>

using namespace dsc;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A rank's state in the store: "beats COUNT DOING", "done" or "failed".
static constexpr const char *kDone = "done";
static constexpr const char *kFailed = "failed";
/// Of the first that was lost: its note.
static constexpr const char *kLost = "heartbeat/lost";

static std::string stateKey(int rank) {
  return "heartbeat/" + std::to_string(rank);
}

static bool isBeat(const std::string &state) {
  return state.starts_with("beats ");
}

/// What a rank was at in its last beat.
static std::string doingOf(const std::string &state) {
  size_t blank = state.find(' ', sizeof("beats ") - 1);
  return blank == std::string::npos ? "" : state.substr(blank + 1);
}

bool dsc::hasBeaten(Store &store, int rank) {
  return store.get(stateKey(rank)).has_value();
}

/// "RANK CODE", its hint, which is one line, and its reason.
static std::string noteOf(const Loss &loss) {
  std::string hint = loss.hint;
  std::replace(hint.begin(), hint.end(), '\n', ' ');
  return fmt::format("{} {}\n{}\n{}", loss.rank, int(loss.code), hint,
                     loss.reason);
}

static Loss parseNote(const std::string &note) {
  std::istringstream words(note);
  Loss loss;
  int code = int(Exit::peer);
  words >> loss.rank >> code;
  loss.code = Exit(code);
  words.ignore(); // the end of the line
  std::getline(words, loss.hint);
  loss.reason.assign(std::istreambuf_iterator<char>(words), {});
  return loss;
}

/// The first cause is what all should name.
Loss dsc::leaveLossNote(Store &store, const Loss &loss) {
  return parseNote(store.setOnce(kLost, noteOf(loss)));
}

std::optional<Loss> dsc::readLossNote(Store &store) {
  std::optional<std::string> note = store.get(kLost);
  if (!note)
    return std::nullopt;
  return parseNote(*note);
}

Heartbeat::Heartbeat(const World &world, OnLoss onLoss, Pace pace)
    : store(world.store), self(world.rank), ranks(world.size),
      onLoss(std::move(onLoss)), pace(pace) {
  if (ranks == 1)
    return;
  store->set(stateKey(self), nextBeat());
  thread = std::thread([this] { run(); });
}

Heartbeat::~Heartbeat() { stop(); }

void Heartbeat::stop() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    leaving = true;
  }
  changed.notify_all();
  if (thread.joinable())
    thread.join();
}

void Heartbeat::note(const std::string &text) {
  std::lock_guard<std::mutex> lock(mutex);
  doing = text;
}

//===----------------------------------------------------------------------===//
// The thread
//===----------------------------------------------------------------------===//

/// Of this rank's state.
std::string Heartbeat::nextBeat() {
  return fmt::format("beats {} {}", ++count, doing);
}

void Heartbeat::run() {
  last = Clock::now();
  std::unique_lock<std::mutex> lock(mutex);
  while (!leaving) {
    std::string state = nextBeat();
    lock.unlock();
    if (!beat(state))
      return;
    lock.lock();
    changed.wait_for(lock, pace.beat, [&] { return leaving; });
  }
}

/// Time since it was asked last, but not more than a beat may take: a rank that
/// was stopped itself, or a machine that slept, accuses nobody.
milliseconds Heartbeat::passed() {
  auto before = std::exchange(last, Clock::now());
  return std::min(std::chrono::duration_cast<milliseconds>(last - before),
                  pace.beat + Store::kLongestRequest);
}

/// False when somebody is lost: all is said then.
bool Heartbeat::beat(const std::string &state) {
  try {
    store->set(stateKey(self), state);
    bool goesOn = readNote() && look();
    unreachable = 0ms;
    return goesOn;
  } catch (const Error &error) {
    unreachable += passed();
    if (unreachable < pace.silence)
      return true;
    isOver = true;
    bool isLost = error.code() == Exit::peer;
    onLoss({isLost ? 0 : self,
            (isLost ? "rank 0 is lost, where ranks meet: " : "") +
                std::string(error.what()),
            error.code(), error.hint().empty() ? kLossRemedy : error.hint()});
    return false;
  }
}

bool Heartbeat::readNote() {
  std::optional<Loss> loss = readLossNote(*store);
  return !loss || lose(*loss);
}

/// Looks at the next rank that has come and is not done yet.
bool Heartbeat::look() {
  milliseconds since = passed();
  for (int distance = 1; distance < ranks; ++distance) {
    int rank = (self + distance) % ranks;
    std::string state = store->get(stateKey(rank)).value_or("");
    if (state.empty() || state == kDone)
      continue;
    bool sameAsBefore = rank == watched.rank && state == watched.state;
    watched = {rank, state, sameAsBefore ? watched.silent + since : 0ms};
    // Its note was there before, if the store has kept it.
    if (state == kFailed)
      return lose(
          leaveLossNote(*store, {rank, fmt::format("rank {} failed", rank)}));
    return watched.silent < pace.silence ||
           lose(leaveLossNote(
               *store, {rank, describeSilence(), Exit::peer, kLossRemedy}));
  }
  return true;
}

std::string Heartbeat::describeSilence() const {
  std::string last = doingOf(watched.state);
  return fmt::format("rank {} has shown no sign of life for {} s{}{}",
                     watched.rank, pace.silence.count() / 1e3,
                     last.empty() ? "" : "; it was last at ", last);
}

bool Heartbeat::lose(const Loss &loss) {
  isOver = true;
  onLoss(loss);
  letOthersRead();
  return false;
}

/// The store may be served by this process, and go with it.
void Heartbeat::letOthersRead() {
  if (self == 0)
    std::this_thread::sleep_for(3 * pace.beat);
}

//===----------------------------------------------------------------------===//
// Leaving
//===----------------------------------------------------------------------===//

/// No retry mends a refusal on any rank, and a stop is meant for all.
static bool isOfAll(Exit code) {
  return code == Exit::usage || code == Exit::artifact ||
         code == Exit::refused || code == Exit::stopped;
}

/// What is said of a stop begins with it: "stopped by a signal ...".
static Loss lossOf(int rank, const Error &reason) {
  const char *what = reason.code() == Exit::stopped ? "was" : "failed:";
  return {rank, fmt::format("rank {} {} {}", rank, what, reason.what()),
          isOfAll(reason.code()) ? reason.code() : Exit::peer, reason.hint()};
}

/// The note comes first: who sees that a rank has failed finds the reason.
/// Where a loss is known there is a note, or nobody who could read one.
void Heartbeat::fail(const Error &reason) {
  stop();
  if (ranks == 1 || isOver)
    return;
  try {
    leaveLossNote(*store, lossOf(self, reason));
    store->set(stateKey(self), kFailed);
    letOthersRead();
  } catch (const Error &) {
    // They will miss this rank.
  }
}

void Heartbeat::finish() {
  stop();
  if (ranks == 1)
    return;
  try {
    store->set(stateKey(self), kDone);
    if (self == 0)
      awaitOthers();
  } catch (const Error &) {
    // Rank 0 has left before.
  }
}

/// As long as they beat: who lives will end, by the timeout of its collectives
/// if by nothing else.
void Heartbeat::awaitOthers() {
  for (int rank = 1; rank < ranks; ++rank) {
    std::string before;
    milliseconds silent{0};
    while (!store->get(kLost)) {
      std::string state = store->get(stateKey(rank)).value_or(kDone);
      milliseconds since = passed();
      silent = state == before ? silent + since : 0ms;
      if (!isBeat(state) || silent > pace.silence)
        break;
      before = state;
      std::this_thread::sleep_for(20ms);
    }
  }
}
