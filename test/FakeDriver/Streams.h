//===- Streams.h - work that waits until somebody waits for it --*- C++ -*-===//
//
// A stream does nothing until somebody waits for it, so that a missing wait is
// seen. Waiting for one stream runs no more of another than events and the
// order of a graph's launches ask for.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKEDRIVER_STREAMS_H
#define DSC_TEST_FAKEDRIVER_STREAMS_H

#include "cuda/Runtime/Driver.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace dsc::cuda {

/// What says kNotReady is asked again; it has done a part, or nothing.
using Work = std::function<Status()>;

struct GraphTag {
  std::vector<Work> work;
};

struct StreamTag {
  std::deque<Work> queue;
  uint64_t added = 0, done = 0;
  GraphTag *capture = nullptr;
  Status captureFailure = kSuccess;

  /// Adds work, or records it.
  void add(Work work);

  /// Runs what was added up to the `count`-th, or says kNotReady. A failure
  /// ends it, for good.
  Status runTo(uint64_t count);
};

/// A place in a stream.
struct Place {
  StreamTag *stream = nullptr;
  uint64_t count = 0;

  Status reach() const { return stream ? stream->runTo(count) : kSuccess; }
};

struct EventTag {
  Place place;
};

struct GraphExecTag {
  std::vector<Work> work;
  Place last; ///< its newest launch

  void launch(StreamTag &stream);
};

} // namespace dsc::cuda

#endif // DSC_TEST_FAKEDRIVER_STREAMS_H
