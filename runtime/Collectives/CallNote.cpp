//===- CallNote.cpp -------------------------------------------------------===//

#include "runtime/Collectives/CallNote.h"

#include "runtime/Base/Error.h"

using namespace dsc;

/// FNV-1a.
static uint64_t addToHash(uint64_t hash, int64_t value) {
  for (int i = 0; i < 8; ++i)
    hash = (hash ^ (uint64_t(value) >> 8 * i & 0xff)) * 0x100000001b3;
  return hash;
}

static constexpr uint64_t kHashStart = 0xcbf29ce484222325;

std::string dsc::describeCall(const CallNote &note) {
  auto sized = [&](const char *name) {
    return name + std::string(" of ") + std::to_string(note.elements) +
           " elements of " + std::to_string(note.width) + " bytes";
  };
  switch (note.kind) {
  case Collective::allocate:
    return "allocation of " + std::to_string(note.elements) + " bytes";
  case Collective::reduceScatter:
    return sized("reduce-scatter");
  case Collective::allGather:
    return sized("all-gather");
  case Collective::allReduce:
    return sized("all-reduce");
  case Collective::transfer:
    return "transfer";
  case Collective::barrier:
    return "barrier";
  }
  return "call of no known kind";
}

CallNote dsc::noteOf(Collective kind, int64_t elements, int64_t width,
                     Bounds bounds) {
  CallNote note;
  note.kind = kind;
  note.elements = elements;
  note.width = width;
  note.parts = kHashStart;
  for (int64_t bound : bounds)
    note.parts = addToHash(note.parts, bound);
  return note;
}

Messages dsc::messagesWith(int rank, std::span<const Transfer> transfers) {
  Messages messages{0, 0, kHashStart};
  for (const Transfer &transfer : transfers)
    if (transfer.rank == rank) {
      messages.count += 1;
      messages.bytes += transfer.bytes;
      messages.sizes = addToHash(messages.sizes, transfer.bytes);
    }
  return messages;
}

static std::string inWords(const Messages &messages) {
  return std::to_string(messages.bytes) + " bytes in " +
         std::to_string(messages.count) + " messages";
}

static void compareMessages(int sender, const Messages &sent, int receiver,
                            const Messages &awaited) {
  if (sent == awaited)
    return;
  std::string text = "rank " + std::to_string(sender) + " sends rank " +
                     std::to_string(receiver) + " " + inWords(sent) +
                     ", which awaits " + inWords(awaited);
  if (sent.bytes == awaited.bytes && sent.count == awaited.count)
    text += " of other sizes";
  throw Error(Exit::peer, text);
}

void dsc::compareNotes(int rank, const CallNote &own, int peer,
                       const CallNote &theirs) {
  auto says = [](int who, const CallNote &note) {
    return "rank " + std::to_string(who) + " makes call " +
           std::to_string(note.call) + ", " + describeCall(note);
  };
  if (own.kind != theirs.kind || own.call != theirs.call ||
      own.elements != theirs.elements || own.width != theirs.width)
    throw Error(Exit::peer, "ranks do not make the same calls: " +
                                says(rank, own) + "; " + says(peer, theirs));
  if (own.parts != theirs.parts)
    throw Error(Exit::peer, "ranks " + std::to_string(rank) + " and " +
                                std::to_string(peer) + " cut the " +
                                describeCall(own) + " into different parts");
  compareMessages(rank, own.sent, peer, theirs.awaited);
  compareMessages(peer, theirs.sent, rank, own.awaited);
}
