//===- Ranks.h - tests whose ranks are processes ----------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_COLLECTIVES_RANKS_H
#define DSC_TEST_UNIT_COLLECTIVES_RANKS_H

#include "runtime/Base/Error.h"
#include "runtime/Collectives/World.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dsc::test {

/// A new folder that is removed at the end.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  const std::string path;
};

/// Processes that run `body` as the ranks of one world on this host, in which
/// collectives wait for `timeout`. What fails in them fails the test. A rank
/// that hangs is ended after a minute.
class Ranks {
public:
  using Body = std::function<void(const World &world)>;
  Ranks(int count, const Body &body,
        std::chrono::milliseconds timeout = std::chrono::seconds(50));
  ~Ranks();

  /// Where they meet.
  std::shared_ptr<Store> store() const { return meeting; }
  pid_t process(int rank) const { return processes[size_t(rank)]; }

  /// Waits for the end of a rank and expects nothing of it.
  void reap(int rank);

  /// Waits for the others, but not for `except`. Whether none has failed.
  bool join(int except = -1);

private:
  TemporaryFolder folder;
  std::shared_ptr<Store> meeting;
  std::vector<pid_t> processes;
};

/// Runs `body` in `count` ranks; whether none has failed.
bool inRanks(int count, const Ranks::Body &body);

/// The message of the dsc::Error with `code` that `body` throws.
std::string errorOf(Exit code, const std::function<void()> &body);

/// A port of 127.0.0.1 that nobody listens on, nor is given unasked.
int freePort();

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVES_RANKS_H
