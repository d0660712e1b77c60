//===- FileStore.cpp - a store in a folder of one host --------------------===//
//
// A value is a file that appears by a rename or a link, so nobody reads half of
// it.
// Nothing is made durable: a job that the machine forgot is over.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Collectives/Store/Store.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;

namespace {

/// Held by one thread of one process at a time, until it is destroyed.
class FolderLock {
public:
  explicit FolderLock(const std::string &path)
      : descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor < 0)
      throwErrno("open", path);
    while (::flock(descriptor, LOCK_EX) != 0)
      if (errno != EINTR) {
        int reason = errno;
        ::close(descriptor);
        errno = reason;
        throwErrno("lock", path);
      }
  }
  ~FolderLock() { ::close(descriptor); }
  FolderLock(const FolderLock &) = delete;
  FolderLock &operator=(const FolderLock &) = delete;

private:
  int descriptor;
};

class FileStore : public Store {
public:
  explicit FileStore(const std::string &folder) : folder(folder) {
    guarded("open the store", [&] { makeFolder(); });
    isOpen = true;
  }

  void set(const std::string &key, const std::string &value) override {
    guarded("set '" + key + "'", [&] { replace(key, value); });
  }

  std::optional<std::string> get(const std::string &key) override {
    std::optional<std::string> value;
    guarded("get '" + key + "'", [&] { value = read(key); });
    return value;
  }

  std::string setOnce(const std::string &key,
                      const std::string &value) override {
    std::string stands = value;
    guarded("set '" + key + "'", [&] {
      if (!link(key, value))
        stands = read(key).value_or("");
    });
    return stands;
  }

  int64_t add(const std::string &key, int64_t amount) override {
    int64_t sum = amount;
    guarded("add to '" + key + "'", [&] {
      FolderLock lock(folder + "/.lock");
      std::string text = read(key).value_or("0");
      int64_t old = 0;
      std::from_chars(text.data(), text.data() + text.size(), old);
      sum += old;
      replace(key, std::to_string(sum));
    });
    return sum;
  }

private:
  std::string folder;
  bool isOpen = false;
  std::atomic<unsigned> written = 0;

  /// A folder that is gone went with its job; else the storage fails.
  template <class Action>
  void guarded(const std::string &what, const Action &action) {
    try {
      action();
    } catch (const Error &error) {
      bool isGone = isOpen && !isDirectory(folder);
      Exit code = isGone ? Exit::peer : error.code();
      throw Error(code,
                  "cannot " + what +
                      " in the folder where ranks meet: " + error.what(),
                  code == Exit::storage ? kTemporaryRemedy : "");
    }
  }

  /// The last rank of another job may take an empty parent away meanwhile.
  void makeFolder() {
    for (int left = 10; !isDirectory(folder) && left > 0; --left) {
      makeDirectories(parentOf(folder));
      if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST &&
          (errno != ENOENT || left == 1))
        throwErrno("make directory", folder);
    }
    struct stat info;
    if (::stat(folder.c_str(), &info) != 0)
      throwErrno("read", folder);
    if (!S_ISDIR(info.st_mode)) {
      errno = ENOTDIR;
      throwErrno("make directory", folder);
    }
    if (info.st_uid != ::geteuid() || (info.st_mode & 022))
      throw Error(Exit::peer,
                  fmt::format("'{}' belongs to user {} with mode {:o}, "
                              "expected a folder to which only user {} writes",
                              folder, info.st_uid, info.st_mode & 0777,
                              ::geteuid()));
  }

  std::string pathOf(const std::string &key) const {
    return folder + "/" + escapeKey(key);
  }

  /// A file that no key names yet.
  std::string writeBeside(const std::string &value) {
    std::string path = fmt::format("{}/.{}-{}", folder, ::getpid(), ++written);
    OutputFile file(path, OutputFile::Mode::create);
    file.write(value);
    return path;
  }

  void replace(const std::string &key, const std::string &value) {
    std::string path = writeBeside(value);
    if (::rename(path.c_str(), pathOf(key).c_str()) != 0)
      throwErrno("rename", path);
  }

  /// False when the key has a value.
  bool link(const std::string &key, const std::string &value) {
    std::string path = writeBeside(value);
    bool done = ::link(path.c_str(), pathOf(key).c_str()) == 0;
    int reason = errno;
    ::unlink(path.c_str());
    errno = reason;
    if (!done && reason != EEXIST)
      throwErrno("link", path);
    return done;
  }

  std::optional<std::string> read(const std::string &key) const {
    std::string path = pathOf(key);
    if (pathExists(path))
      return readFile(path);
    if (!isDirectory(folder))
      throwErrno("read", folder);
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<Store> dsc::openFileStore(const std::string &folder) {
  return std::make_unique<FileStore>(folder);
}
