//===- CallNote.cpp -------------------------------------------------------===//

#include "runtime/Collectives/CallNote.h"

#include "runtime/Base/Error.h"

#include <fmt/format.h>

using namespace dsc;

static uint64_t addToHash(uint64_t hash, int64_t value) {
  return (hash ^ uint64_t(value)) * 0x9E3779B97F4A7C15u;
}

uint64_t dsc::hashOf(Bounds bounds, int64_t width) {
  uint64_t hash = uint64_t(width);
  for (int64_t bound : bounds)
    hash = addToHash(hash, bound);
  return hash;
}

CallNote dsc::noteOf(CallKind kind, int64_t elements, int64_t width,
                     Bounds bounds) {
  return {.kind = kind,
          .call = 0,
          .bytes = elements * width,
          .parts = hashOf(bounds, width),
          .sent = {},
          .awaited = {}};
}

Messages dsc::messagesWith(int rank, std::span<const Transfer> transfers) {
  Messages messages;
  for (const Transfer &transfer : transfers)
    if (transfer.rank == rank) {
      messages.bytes += transfer.bytes;
      // One more than it is, or the place of an empty one would not count.
      messages.shape = addToHash(messages.shape, transfer.bytes + 1);
    }
  return messages;
}

std::string dsc::describeMismatch(int sender, const Messages &sent,
                                  int receiver, const Messages &awaited) {
  if (sent == awaited)
    return "";
  return fmt::format("rank {} sends {} bytes to rank {}, which expects {}{}",
                     sender, sent.bytes, receiver, awaited.bytes,
                     sent.bytes == awaited.bytes ? " in messages of other sizes"
                                                 : "");
}

void dsc::compareNotes(int rank, const CallNote &own, int peer,
                       const CallNote &theirs) {
  bool sameText = own.kind == theirs.kind && own.bytes == theirs.bytes;
  if (!sameText || own.call != theirs.call || own.parts != theirs.parts)
    throw Error(Exit::peer,
                fmt::format("{}, but {}{}, as call {} and {}",
                            describeCall(rank, own.kind, own.bytes),
                            describeCall(peer, theirs.kind, theirs.bytes),
                            sameText ? " in other parts" : "", own.call,
                            theirs.call));
  for (const std::string &wrong :
       {describeMismatch(rank, own.sent, peer, theirs.awaited),
        describeMismatch(peer, theirs.sent, rank, own.awaited)})
    if (!wrong.empty())
      throw Error(Exit::peer, wrong);
}
