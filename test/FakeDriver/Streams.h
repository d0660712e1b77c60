//===- Streams.h - work that waits until somebody waits for it --*- C++ -*-===//
//
// A stream does nothing until somebody waits for it, so that a missing wait is
// seen. Waiting for one stream runs no more of another than events and the
// order of a graph's launches ask for. The same holds inside of a graph: it
// keeps what was recorded as one list for each stream, and its end is that of
// the stream whose capture was begun.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKEDRIVER_STREAMS_H
#define DSC_TEST_FAKEDRIVER_STREAMS_H

#include "cuda/Runtime/Driver.h"

#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dsc::cuda {

/// What says kNotReady is asked again; it has done a part, or nothing.
using Work = std::function<Status()>;

/// One thing of a graph: work, or a wait for what another list holds up to
/// there.
struct GraphNode {
  std::string what;
  Work work = {};
  StreamTag *awaited = nullptr;
  uint64_t count = 0;
};

struct GraphTag {
  StreamTag *origin = nullptr;
  std::map<StreamTag *, std::vector<GraphNode>> lists;

  /// Whether the origin's list comes behind all others.
  bool isJoined() const;

  /// A line for each thing, "LIST: what it is" or "LIST: wait for OTHER COUNT";
  /// the origin's list first, which is 0, then the others as it waits for them.
  void print(std::FILE *file) const;

private:
  void join(StreamTag *stream, std::map<StreamTag *, uint64_t> &reached,
            uint64_t count) const;
};

struct StreamTag {
  std::deque<Work> queue;
  uint64_t added = 0, done = 0;
  std::shared_ptr<GraphTag> capture;

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

/// A place in a stream, or in what is recorded of it.
struct EventTag {
  Place place;
  std::weak_ptr<GraphTag> capture;
  bool isRecorded = false;
};

/// How far a launch of a graph has come.
class GraphRun {
public:
  explicit GraphRun(std::shared_ptr<const GraphTag> graph)
      : graph(std::move(graph)) {}

  Status run() { return runTo(graph->origin, sizeOf(graph->origin)); }

private:
  uint64_t sizeOf(StreamTag *stream) const;
  Status runTo(StreamTag *stream, uint64_t count);

  std::shared_ptr<const GraphTag> graph;
  std::map<StreamTag *, uint64_t> done;
};

struct GraphExecTag {
  std::shared_ptr<const GraphTag> graph;
  Place last; ///< its newest launch

  void launch(StreamTag &stream);
};

} // namespace dsc::cuda

#endif // DSC_TEST_FAKEDRIVER_STREAMS_H
