//===- Lane.cpp -----------------------------------------------------------===//

#include "runtime/Collectives/Lane.h"

using namespace dsc;

ThreadLane::ThreadLane() : thread([this] { work(); }) {}

ThreadLane::~ThreadLane() {
  {
    std::lock_guard lock(mutex);
    closing = true;
    changed.notify_all();
  }
  thread.join();
}

int64_t ThreadLane::submit(std::function<void()> next) {
  std::lock_guard lock(mutex);
  queue.push_back(std::move(next));
  changed.notify_all();
  return ++submitted;
}

void ThreadLane::wait(int64_t ticket) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return finished >= ticket || failure; });
  if (failure)
    std::rethrow_exception(failure);
}

void ThreadLane::work() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return closing || !queue.empty(); });
    if (closing || failure)
      return;
    std::function<void()> next = std::move(queue.front());
    queue.pop_front();
    lock.unlock();
    std::exception_ptr thrown;
    try {
      next();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    failure = thrown;
    finished += !thrown;
    changed.notify_all();
  }
}
