//===- Lock.h - one process at a time in a directory ------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_LOCK_H
#define DSC_RUNTIME_BASE_LOCK_H

#include <string>

namespace dsc {

/// An advisory lock on `<directory>/.lock` that the kernel drops when the
/// process dies, however it dies. Throws dsc::Error(Exit::refused) naming the
/// holder when another process has it.
class DirectoryLock {
public:
  explicit DirectoryLock(const std::string &directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock &) = delete;
  DirectoryLock &operator=(const DirectoryLock &) = delete;

private:
  int descriptor = -1;
};

} // namespace dsc

#endif // DSC_RUNTIME_BASE_LOCK_H
