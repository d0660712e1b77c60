//===- Lock.cpp -----------------------------------------------------------===//

#include "runtime/Base/Lock.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using namespace dsc;

static constexpr auto kNap = std::chrono::milliseconds(50);

/// False when another process has it.
bool DirectoryLock::tryLock(const std::string &path) {
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    return true;
  if (errno != EWOULDBLOCK && errno != EINTR)
    throwErrno("lock", path);
  return false;
}

std::string DirectoryLock::readHolder() const {
  char text[256];
  ssize_t count = ::pread(descriptor, text, sizeof(text), 0);
  return count > 0 ? std::string(text, count) : "another process";
}

void DirectoryLock::lock(const std::string &directory, const LockWait &wait) {
  auto end = std::chrono::steady_clock::now() + wait.patience;
  bool told = false;
  while (!tryLock(directory + "/.lock")) {
    std::string use = "'" + directory + "' is in use by " + readHolder();
    if (stopRequested())
      throw Error(Exit::stopped, "stopped by a signal while " + use);
    if (std::chrono::steady_clock::now() >= end)
      throw Error(Exit::refused, use, "wait for it, or give another --run-dir");
    if (wait.onWait && !told)
      wait.onWait(readHolder());
    told = true;
    std::this_thread::sleep_for(kNap);
  }
}

DirectoryLock::DirectoryLock(const std::string &directory,
                             const LockWait &wait) {
  std::string path = directory + "/.lock";
  descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    throwErrno("open", path);
  try {
    lock(directory, wait);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  char host[128] = "unknown";
  ::gethostname(host, sizeof(host) - 1);
  std::string holder = "process " + std::to_string(::getpid()) + " on " + host;
  // The text only helps people; the lock itself is the kernel's.
  if (::ftruncate(descriptor, 0) == 0)
    (void)!::pwrite(descriptor, holder.data(), holder.size(), 0);
}

DirectoryLock::~DirectoryLock() {
  (void)!::ftruncate(descriptor, 0);
  ::close(descriptor);
}
