//===- Streams.cpp --------------------------------------------------------===//

#include "test/FakeDriver/Streams.h"

using namespace dsc::cuda;

void StreamTag::add(Work work) {
  if (capture) {
    capture->work.push_back(std::move(work));
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

void GraphExecTag::launch(StreamTag &stream) {
  stream.add([this, before = last]() -> Status {
    if (Status status = before.reach(); status != kSuccess)
      return status;
    for (const Work &step : work)
      if (Status status = step(); status != kSuccess)
        return status;
    return kSuccess;
  });
  last = {&stream, stream.added};
}
