//===- CheckedCommunicator.cpp --------------------------------------------===//

#include "runtime/Collectives/CheckedCommunicator.h"

using namespace dsc;

static int64_t elementsOf(Bounds bounds) {
  return bounds.back() - bounds.front();
}

std::string CheckedCommunicator::openingPrefix(const World &world,
                                               const std::string &library) {
  int64_t opened =
      world.store->add(library + "-opened-" + std::to_string(world.rank), 1);
  return library + "-" + std::to_string(opened) + "-";
}

void *CheckedCommunicator::allocate(int64_t bytes) {
  void *memory = nullptr;
  perform(noteOf(Collective::allocate, bytes, 1),
          [&] { memory = makeMemory(bytes); });
  return memory;
}

void CheckedCommunicator::reduceScatter(float *data, Bounds bounds) {
  perform(noteOf(Collective::reduceScatter, elementsOf(bounds), sizeof(float),
                 bounds),
          [&] { reduceParts(data, bounds); });
}

void CheckedCommunicator::allGather(void *data, int64_t width, Bounds bounds) {
  perform(noteOf(Collective::allGather, elementsOf(bounds), width, bounds),
          [&] { gatherParts(static_cast<char *>(data), width, bounds); });
}

void CheckedCommunicator::allReduce(float *data, int64_t elements) {
  perform(noteOf(Collective::allReduce, elements, sizeof(float)),
          [&] { sum(data, elements); });
}

void CheckedCommunicator::allReduce(double *data, int64_t elements) {
  perform(noteOf(Collective::allReduce, elements, sizeof(double)),
          [&] { sum(data, elements); });
}

void CheckedCommunicator::transfer(std::span<const Transfer> sends,
                                   std::span<const Transfer> receives) {
  perform(noteOf(Collective::transfer, 0, 1), sends, receives,
          [&] { exchange(sends, receives); });
}

void CheckedCommunicator::barrier() {
  // Whoever has a note of every other rank knows that all have come.
  perform(noteOf(Collective::barrier, 0, 1), [] {});
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
  try {
    compare(note, sends, receives);
    body();
  } catch (const Error &error) {
    remember(Error(error.code(), describeCall(note) + ": " + error.what(),
                   error.hint()));
    leave();
    throwIfFailed();
  }
}

void CheckedCommunicator::compare(const CallNote &note,
                                  std::span<const Transfer> sends,
                                  std::span<const Transfer> receives) {
  std::vector<CallNote> own(size_t(ranks), note), others(size_t(ranks), note);
  for (int peer = 0; peer < ranks; ++peer) {
    own[peer].sent = messagesWith(peer, sends);
    own[peer].awaited = messagesWith(peer, receives);
  }
  if (ranks > 1)
    exchangeNotes(own, others);
  for (int peer = 0; peer < ranks; ++peer)
    compareNotes(ownRank, own[peer], peer,
                 peer == ownRank ? own[peer] : others[peer]);
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
