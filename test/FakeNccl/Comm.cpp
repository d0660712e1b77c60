//===- Comm.cpp -----------------------------------------------------------===//

#include "test/FakeNccl/Comm.h"

#include <cstdlib>

using namespace dsc;
using namespace dsc::cuda;
using namespace dsc::cuda::nccl;

Result CommTag::fail(Result result, const std::string &text) {
  reason = text;
  std::fprintf(stderr, "fake NCCL: %s\n", text.c_str());
  return result;
}

void CommTag::leave(std::vector<fake::Operation> list, Stream to) {
  operations = std::move(list);
  stream = to;
  hasMore = true;
  asked = 0;
}

/// Whether the group that begins now is the one to fail.
bool CommTag::failsNow() {
  static int groups = 0;
  Result result = kDone;
  int when = 0, which = rank;
  const char *text = std::getenv("DSC_FAKE_NCCL_FAULT");
  if (!text || std::sscanf(text, "%d %d %d", &result, &when, &which) < 2 ||
      which != rank || ++groups != when)
    return false;
  async = fail(result, "as the environment asked");
  return true;
}

void CommTag::enqueue() {
  hasMore = false;
  fake::state().adding = operations.front().label.describe();
  try {
    auto group = std::make_shared<fake::Group>(rank, ranks, operations);
    if (stream->capture)
      return record();
    if (failsNow())
      return;
    unfinished += 1;
    stream->add([self = shared_from_this(), group] {
      Status status = self->work(*group);
      self->unfinished -= status == kSuccess;
      return status;
    });
  } catch (const std::string &text) {
    async = fail(kInvalidUsage, text);
  }
}

Status CommTag::work(fake::Group &group) {
  if (aborted)
    return kSuccess;
  // Ranks that do not do the same wait for ever, and those that NCCL knows
  // have failed too.
  if (async)
    return kNotReady;
  try {
    if (!group.progress(channels))
      return kNotReady;
  } catch (const std::string &text) {
    async = fail(kInvalidUsage, text);
    return kNotReady;
  }
  return kSuccess;
}

void CommTag::record() {
  auto begun = std::make_shared<std::unique_ptr<fake::Group>>();
  stream->add(
      [self = shared_from_this(), held = graphs, begun, list = operations] {
        if (!*begun) {
          *begun = std::make_unique<fake::Group>(self->rank, self->ranks, list);
          self->failsNow();
        }
        Status status = self->work(**begun);
        if (status == kSuccess)
          begun->reset();
        return status;
      });
}

Result CommTag::askAsync() {
  if (async || !hasMore)
    return async;
  if (!joined) {
    joined = channels.isComplete();
    hasMore = !joined;
    return joined ? kDone : kInProgress;
  }
  if (++asked == 1)
    return kInProgress;
  enqueue();
  return async;
}
