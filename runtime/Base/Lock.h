//===- Lock.h - one process at a time in a directory ------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_LOCK_H
#define DSC_RUNTIME_BASE_LOCK_H

#include <chrono>
#include <functional>
#include <string>

namespace dsc {

/// What to do while another process has a lock.
struct LockWait {
  std::chrono::milliseconds patience{0};
  /// Told once, before the first wait, who has it: "process 7 on host".
  std::function<void(const std::string &holder)> onWait;
};

/// An advisory lock on `<directory>/.lock` that the kernel drops when the
/// process dies, however it dies. Throws dsc::Error(Exit::refused) naming the
/// holder when another process has it after all patience, Exit::stopped when a
/// signal ends the wait.
class DirectoryLock {
public:
  explicit DirectoryLock(const std::string &directory,
                         const LockWait &wait = {});
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock &) = delete;
  DirectoryLock &operator=(const DirectoryLock &) = delete;

private:
  int descriptor = -1;

  bool tryLock(const std::string &path);
  std::string readHolder() const;
  void lock(const std::string &directory, const LockWait &wait);
};

} // namespace dsc

#endif // DSC_RUNTIME_BASE_LOCK_H
