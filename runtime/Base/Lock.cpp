//===- Lock.cpp -----------------------------------------------------------===//

#include "runtime/Base/Lock.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace dsc;

DirectoryLock::DirectoryLock(const std::string &directory) {
  std::string path = directory + "/.lock";
  descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    throwErrno("open", path);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    int reason = errno;
    char text[256];
    ssize_t count = ::pread(descriptor, text, sizeof(text), 0);
    ::close(descriptor);
    errno = reason;
    if (reason != EWOULDBLOCK)
      throwErrno("lock", path);
    std::string holder =
        count > 0 ? std::string(text, count) : "another process";
    throw Error(Exit::refused, "'" + directory + "' is in use by " + holder,
                "wait for it, or give another --run-dir");
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
