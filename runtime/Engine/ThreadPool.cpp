//===- ThreadPool.cpp -----------------------------------------------------===//

#include "runtime/Engine/ThreadPool.h"

#include <algorithm>
#include <cstdlib>

using namespace dsc;

/// One a core, or as many as LibTorch would take: ranks of one host share it.
static int countThreads() {
  int cores = int(std::max(1u, std::thread::hardware_concurrency()));
  const char *asked = std::getenv("OMP_NUM_THREADS");
  int count = asked ? std::atoi(asked) : 0;
  return count > 0 ? std::min(count, cores) : cores;
}

ThreadPool::ThreadPool() {
  int count = countThreads();
  for (int i = 1; i < count; ++i)
    workers.emplace_back([this, i] { work(i); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    closing = true;
  }
  started.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void ThreadPool::runPart(int index) {
  int64_t begin = total * index / size(), end = total * (index + 1) / size();
  if (begin == end)
    return;
  try {
    (*body)(begin, end);
  } catch (...) {
    std::lock_guard<std::mutex> lock(mutex);
    failure = std::current_exception();
  }
}

void ThreadPool::work(int index) {
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex);
  while (true) {
    started.wait(lock, [&] { return closing || round != seen; });
    if (closing)
      return;
    seen = round;
    lock.unlock();
    runPart(index);
    lock.lock();
    if (--running == 0)
      finished.notify_one();
  }
}

void ThreadPool::run(int64_t count, const Body &task) {
  if (count < 2 || workers.empty()) {
    if (count > 0)
      task(0, count);
    return;
  }
  {
    std::lock_guard<std::mutex> lock(mutex);
    body = &task;
    total = count;
    running = int(workers.size());
    failure = nullptr;
    ++round;
  }
  started.notify_all();
  runPart(0);
  std::unique_lock<std::mutex> lock(mutex);
  finished.wait(lock, [&] { return running == 0; });
  if (failure)
    std::rethrow_exception(failure);
}
