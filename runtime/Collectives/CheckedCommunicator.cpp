//===- CheckedCommunicator.cpp --------------------------------------------===//

#include "runtime/Collectives/CheckedCommunicator.h"

#include <fmt/format.h>

using namespace dsc;

static int64_t elementsOf(Bounds bounds) {
  return bounds.back() - bounds.front();
}

/// How long a rank that fails looks for the reason of the first.
static constexpr std::chrono::milliseconds kReasonWait{500};

static std::string prefixOf(const World &world, const std::string &library) {
  int64_t opened =
      world.store->add(library + "-opened-" + std::to_string(world.rank), 1);
  return library + "-" + std::to_string(opened) + "-";
}

CheckedCommunicator::CheckedCommunicator(const World &world,
                                         const std::string &library)
    : store(world.store), prefix(prefixOf(world, library)), ownRank(world.rank),
      ranks(world.size) {}

void *CheckedCommunicator::allocate(int64_t bytes) {
  void *memory = nullptr;
  perform(noteOf(CallKind::allocate, bytes, 1),
          [&] { memory = makeMemory(bytes); });
  return memory;
}

void CheckedCommunicator::reduceScatter(float *data, Bounds bounds) {
  perform(noteOf(CallKind::reduceScatter, elementsOf(bounds), sizeof(float),
                 bounds),
          [&] { reduceParts(data, bounds); });
}

void CheckedCommunicator::allGather(void *data, int64_t width, Bounds bounds) {
  perform(noteOf(CallKind::allGather, elementsOf(bounds), width, bounds),
          [&] { gatherParts(static_cast<char *>(data), width, bounds); });
}

void CheckedCommunicator::allReduce(float *data, int64_t elements) {
  perform(noteOf(CallKind::allReduceFloat, elements, sizeof(float)),
          [&] { sum(data, elements); });
}

void CheckedCommunicator::allReduce(double *data, int64_t elements) {
  perform(noteOf(CallKind::allReduceDouble, elements, sizeof(double)),
          [&] { sum(data, elements); });
}

void CheckedCommunicator::transfer(std::span<const Transfer> sends,
                                   std::span<const Transfer> receives) {
  perform(noteOf(CallKind::transfer, 0, 1), sends, receives,
          [&] { exchange(sends, receives); });
}

void CheckedCommunicator::barrier() {
  // Whoever has a note of every other rank knows that all have come.
  perform(noteOf(CallKind::barrier, 0, 1), [] {});
}

void CheckedCommunicator::abort(const std::string &reason) {
  remember(Error(Exit::peer, reason));
  aborted = true;
  wake();
}

void CheckedCommunicator::perform(CallNote note,
                                  std::span<const Transfer> sends,
                                  std::span<const Transfer> receives,
                                  const std::function<void()> &body) {
  throwIfFailed();
  note.call = calls++;
  std::string where = describeCall(ownRank, note.kind, note.bytes);
  try {
    std::vector<CallNote> own = notesTo(note, sends, receives), others = own;
    if (ranks > 1)
      exchangeNotes(own, others);
    others[size_t(ownRank)] = own[size_t(ownRank)];
    compare(own, others);
    body();
  } catch (const Error &error) {
    fail(Error(error.code(), fmt::format("{} while {}", error.what(), where),
               error.hint()));
  }
  // What was aborted before it began has nothing to fail with.
  throwIfFailed();
}

std::vector<CallNote>
CheckedCommunicator::notesTo(const CallNote &note,
                             std::span<const Transfer> sends,
                             std::span<const Transfer> receives) const {
  std::vector<CallNote> notes(size_t(ranks), note);
  for (int peer = 0; peer < ranks; ++peer) {
    notes[peer].sent = messagesWith(peer, sends);
    notes[peer].awaited = messagesWith(peer, receives);
  }
  return notes;
}

void CheckedCommunicator::compare(std::span<const CallNote> own,
                                  std::span<const CallNote> others) {
  try {
    for (int peer = 0; peer < ranks; ++peer)
      compareNotes(ownRank, own[peer], peer, others[peer]);
  } catch (const Error &error) {
    // It names both: there is no better reason elsewhere.
    remember(error);
    throw;
  }
}

/// A rank that leaves takes others with it: they should name the first cause.
void CheckedCommunicator::fail(const Error &error) {
  std::optional<std::string> first;
  try {
    if (!isAborted() && store->add(prefix + "failures", 1) == 1)
      store->set(prefix + "failure",
                 fmt::format("rank {} gave up: {}", ownRank, error.what()));
    else if (!isAborted())
      first = store->wait(prefix + "failure", kReasonWait);
  } catch (const Error &) {
    // Nor is there a store any more.
  }
  remember(first && error.code() == Exit::peer ? Error(Exit::peer, *first)
                                               : error);
  leave();
  throwIfFailed();
}

void CheckedCommunicator::throwIfFailed() {
  std::lock_guard lock(mutex);
  if (failure)
    throw Error(*failure);
}

void CheckedCommunicator::remember(const Error &error) {
  std::lock_guard lock(mutex);
  if (!failure)
    failure = error;
}
