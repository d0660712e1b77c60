//===- Streams.cpp --------------------------------------------------------===//

#include "test/FakeDriver/State.h"

#include <algorithm>

using namespace dsc;
using namespace dsc::cuda;

void StreamTag::add(Work work) {
  if (capture) {
    capture->lists[this].push_back({fake::state().adding, std::move(work)});
    return;
  }
  queue.push_back(std::move(work));
  added += 1;
}

Status StreamTag::runTo(uint64_t count) {
  while (done < count) {
    // Work may itself wait for what stands before it in other streams.
    Work work = std::move(queue.front());
    queue.pop_front();
    done += 1;
    Status status = work();
    if (status == kNotReady) {
      queue.push_front(std::move(work));
      done -= 1;
    }
    if (status != kSuccess)
      return status;
  }
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

/// Goes over what the first `count` nodes of a list wait for.
void GraphTag::join(StreamTag *stream, std::map<StreamTag *, uint64_t> &reached,
                    uint64_t count) const {
  for (uint64_t &at = reached[stream]; at < count; ++at)
    if (const GraphNode &node = lists.at(stream)[at]; node.awaited)
      join(node.awaited, reached, node.count);
}

bool GraphTag::isJoined() const {
  std::map<StreamTag *, uint64_t> reached;
  if (auto own = lists.find(origin); own != lists.end())
    join(origin, reached, own->second.size());
  return std::all_of(lists.begin(), lists.end(), [&](const auto &list) {
    return reached[list.first] == list.second.size();
  });
}

void GraphTag::print(std::FILE *file) const {
  std::vector<StreamTag *> order = {origin};
  auto numberOf = [&](StreamTag *stream) {
    auto found = std::find(order.begin(), order.end(), stream);
    if (found != order.end())
      return int(found - order.begin());
    order.push_back(stream);
    return int(order.size()) - 1;
  };
  std::fprintf(file, "graph\n");
  for (size_t at = 0; at < order.size(); ++at)
    if (auto list = lists.find(order[at]); list != lists.end())
      for (const GraphNode &node : list->second) {
        if (node.awaited)
          std::fprintf(file, "%d: wait for %d %d\n", int(at),
                       numberOf(node.awaited), int(node.count));
        else
          std::fprintf(file, "%d: %s\n", int(at), node.what.c_str());
      }
  std::fflush(file);
}

uint64_t GraphRun::sizeOf(StreamTag *stream) const {
  auto found = graph->lists.find(stream);
  return found == graph->lists.end() ? 0 : found->second.size();
}

Status GraphRun::runTo(StreamTag *stream, uint64_t count) {
  for (uint64_t &at = done[stream]; at < count; ++at) {
    const GraphNode &node = graph->lists.at(stream)[at];
    Status status =
        node.awaited ? runTo(node.awaited, node.count) : node.work();
    if (status != kSuccess)
      return status;
  }
  return kSuccess;
}

void GraphExecTag::launch(StreamTag &stream) {
  stream.add([run = std::make_shared<GraphRun>(graph), before = last] {
    Status status = before.reach();
    return status == kSuccess ? run->run() : status;
  });
  last = {&stream, stream.added};
}
