//===- Segment.h - memory that processes of one host share ------*- C++ -*-===//
//
// A segment has no name anywhere: others open it through the process that made
// it, and it is gone with the last process that maps it, however they end.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_SEGMENT_H
#define DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_SEGMENT_H

#include <cstdint>

namespace dsc {

class Segment {
public:
  Segment() = default;

  /// Makes one of zeroed memory, all of it present.
  explicit Segment(int64_t bytes);

  /// Maps the segment that `process` made and has under `descriptor`.
  Segment(int process, int descriptor, int64_t bytes);

  ~Segment();
  Segment(Segment &&other) noexcept;
  Segment &operator=(Segment &&other) noexcept;

  char *data() const { return start; }
  int64_t size() const { return bytes; }

  /// By which others open it, until the maker closes it.
  int descriptor() const { return file; }
  void closeDescriptor();

private:
  char *start = nullptr;
  int64_t bytes = 0;
  int file = -1;

  void map();
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_SEGMENT_H
