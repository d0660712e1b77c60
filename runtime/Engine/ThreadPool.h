//===- ThreadPool.h - threads for an engine that has none -------*- C++ -*-===//

#ifndef DSC_RUNTIME_ENGINE_THREADPOOL_H
#define DSC_RUNTIME_ENGINE_THREADPOOL_H

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dsc {

/// As many threads as the process may use CPUs, the caller among them. One
/// caller at a time.
class ThreadPool {
public:
  using Body = std::function<void(int64_t begin, int64_t end)>;

  ThreadPool();
  ~ThreadPool();
  int size() const { return int(workers.size()) + 1; }

  /// Runs `body` over [0, count), in one contiguous part for each thread. An
  /// exception in a part is thrown again here.
  void run(int64_t count, const Body &body);

private:
  void work(int index);
  void runPart(int index);

  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable started, finished;
  const Body *body = nullptr;
  int64_t total = 0;
  uint64_t round = 0;
  int running = 0;
  bool closing = false;
  std::exception_ptr failure;
};

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_THREADPOOL_H
