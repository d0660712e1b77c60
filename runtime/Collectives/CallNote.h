//===- CallNote.h - what a rank says of a call before it makes it *- C++
//-*-===//
//
// Libraries of collectives trust their callers: ranks that ask for different
// things wait for one another, or overwrite memory. So ranks tell each other
// first what they are about to do, in a few bytes.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_CALLNOTE_H
#define DSC_RUNTIME_COLLECTIVES_CALLNOTE_H

#include "runtime/Collectives/CallKind.h"
#include "runtime/Collectives/Communicator.h"

namespace dsc {

/// Messages between two ranks, one way.
struct Messages {
  int64_t bytes = 0;
  uint64_t shape = 0; ///< a hash of their sizes, in order

  bool operator==(const Messages &) const = default;
};

/// A rank's note to one other rank. Sent as it lies in memory.
struct CallNote {
  CallKind kind = CallKind::barrier;
  int64_t call = 0;   ///< how many came before
  int64_t bytes = 0;  ///< of all parts
  uint64_t parts = 0; ///< a hash of the bounds
  Messages sent, awaited;
};

/// Of the bounds of parts whose elements have `width` bytes.
uint64_t hashOf(Bounds bounds, int64_t width);

CallNote noteOf(CallKind kind, int64_t elements, int64_t width,
                Bounds bounds = {});

/// The part of a transfer that is between the caller and `rank`.
Messages messagesWith(int rank, std::span<const Transfer> transfers);

/// What is wrong where `sender` sends what `receiver` does not await; "" where
/// it is what it should be.
std::string describeMismatch(int sender, const Messages &sent, int receiver,
                             const Messages &awaited);

/// Throws dsc::Error(Exit::peer) naming what `rank` and `peer` want where the
/// note of one to the other is not that of the other to the one.
void compareNotes(int rank, const CallNote &own, int peer,
                  const CallNote &theirs);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_CALLNOTE_H
