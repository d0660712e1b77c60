//===- LobbyFolder.cpp ----------------------------------------------------===//

#include "runtime/Launch/Rendezvous/LobbyFolder.h"

#include "runtime/Base/Files.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Where a file system keeps no locks for other hosts, a job shows itself by
/// what it writes: several times a second, once its ranks have met.
static constexpr auto kSilence = 1h;

static int openFolder(const std::string &path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/// Where a file system has no locks, nobody is alone.
static bool isAlone(int folder) {
  return ::flock(folder, LOCK_EX | LOCK_NB) == 0;
}

/// Whether the open folder is still the one of that name.
static bool isAt(int folder, const std::string &path) {
  struct stat own = {}, named = {};
  return ::fstat(folder, &own) == 0 && ::stat(path.c_str(), &named) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

static bool isSilent(const std::string &path) {
  std::error_code failure;
  fs::file_time_type last = fs::last_write_time(path, failure);
  fs::directory_iterator entry(path, failure), end;
  for (; !failure && entry != end; entry.increment(failure))
    last = std::max(last, entry->last_write_time(failure));
  return !failure && fs::file_time_type::clock::now() - last > kSilence;
}

static void removeAlone(int folder, const std::string &path) {
  std::error_code failure;
  if (isAlone(folder) && isAt(folder, path))
    fs::remove_all(path, failure);
}

/// What jobs that were killed have left.
static void clearAway(const std::string &lobbies, const std::string &own) {
  std::error_code failure;
  fs::directory_iterator entry(lobbies, failure), end;
  for (; !failure && entry != end; entry.increment(failure)) {
    std::string path = entry->path();
    int folder = path == own ? -1 : openFolder(path);
    if (folder < 0)
      continue;
    if (isSilent(path))
      removeAlone(folder, path);
    ::close(folder);
  }
}

LobbyFolder::LobbyFolder(const std::string &lobbies, const std::string &name)
    : folder(lobbies + "/" + name) {
  openFileStore(lobbies); // refuses one that others made
  clearAway(lobbies, folder);
  // Who takes the folder away meanwhile holds its lock: it is made anew.
  for (int left = 10; left > 0; --left) {
    store = openFileStore(folder);
    lock = openFolder(folder);
    while (lock >= 0 && ::flock(lock, LOCK_SH) != 0 && errno == EINTR)
      continue;
    if (lock >= 0 && isAt(lock, folder))
      return;
    if (lock >= 0)
      ::close(lock);
    lock = -1;
  }
}

LobbyFolder::~LobbyFolder() {
  if (lock < 0)
    return;
  removeAlone(lock, folder);
  ::close(lock);
  // This may have been the last lobby.
  ::rmdir(parentOf(folder).c_str());
}
