//===- Copy.h - copies between ranks' memory --------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_COPY_H
#define DSC_RUNTIME_COLLECTIVES_COPY_H

#include <cstdint>

namespace dsc {

// Both copy ranges that do not overlap. What is written past the caches is not
// loaded into them first.

/// Large ranges go past the caches, whose place is needed again before the copy
/// is.
void copyFromPeer(char *to, const char *from, int64_t bytes);

/// All goes past the caches of this rank, which does not read it.
void copyToPeer(char *to, const char *from, int64_t bytes);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COPY_H
