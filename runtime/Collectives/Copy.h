//===- Copy.h - copies from a peer's memory ---------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_COPY_H
#define DSC_RUNTIME_COLLECTIVES_COPY_H

#include <cstdint>

namespace dsc {

/// Copies ranges that do not overlap. Large ones are written past the caches,
/// which would have to load what is overwritten; their place is needed again
/// before the copy is.
void copyFromPeer(char *to, const char *from, int64_t bytes);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COPY_H
