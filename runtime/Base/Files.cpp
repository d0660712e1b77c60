//===- Files.cpp ----------------------------------------------------------===//

#include "runtime/Base/Files.h"

#include "runtime/Base/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;
namespace fs = std::filesystem;

void dsc::throwErrno(const std::string &action, const std::string &path) {
  std::string reason = std::strerror(errno);
  throw Error(Exit::storage, "cannot " + action + " '" + path + "': " + reason);
}

bool dsc::pathExists(const std::string &path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0;
}

bool dsc::isDirectory(const std::string &path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// Opens a regular file for reading: a directory or a pipe would read as empty,
/// or never end.
static int openRegular(const std::string &path, size_t &size) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    throwErrno("open", path);
  struct stat info;
  bool known = ::fstat(descriptor, &info) == 0;
  if (!known || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    throw Error(Exit::storage, "'" + path + "' is not a regular file");
  }
  size = info.st_size;
  return descriptor;
}

std::string dsc::readFile(const std::string &path) {
  size_t size = 0;
  int descriptor = openRegular(path, size);
  std::string contents(size, '\0');
  size_t done = 0;
  while (done < contents.size()) {
    ssize_t count =
        ::read(descriptor, contents.data() + done, contents.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      int reason = errno;
      ::close(descriptor);
      errno = reason;
      throwErrno("read", path);
    }
    if (count == 0)
      break;
    done += count;
  }
  ::close(descriptor);
  contents.resize(done);
  return contents;
}

std::vector<std::string> dsc::listDirectory(const std::string &path) {
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::directory_iterator it(path, failure), end; !failure && it != end;
       it.increment(failure))
    names.push_back(it->path().filename().string());
  if (failure && failure != std::errc::no_such_file_or_directory)
    throw Error(Exit::storage,
                "cannot list '" + path + "': " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

FileView::FileView(const std::string &path) {
  int descriptor = openRegular(path, count);
  if (count > 0) {
    void *address =
        ::mmap(nullptr, count, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (address != MAP_FAILED)
      bytes = static_cast<const uint8_t *>(address);
  }
  int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (count > 0 && !bytes)
    throwErrno("map", path);
}

FileView::~FileView() {
  if (bytes)
    ::munmap(const_cast<uint8_t *>(bytes), count);
}

OutputFile::OutputFile(const std::string &path, Mode mode) : path(path) {
  if (path.empty())
    return;
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC;
  flags |= mode == Mode::create ? O_TRUNC : O_APPEND;
  descriptor = ::open(path.c_str(), flags, 0666);
  if (descriptor < 0)
    throwErrno("write", path);
  struct stat info;
  if (::fstat(descriptor, &info) == 0)
    length = info.st_size;
}

OutputFile::~OutputFile() {
  if (descriptor >= 0)
    ::close(descriptor);
}

void OutputFile::write(const void *data, size_t size) {
  const char *next = static_cast<const char *>(data);
  if (descriptor < 0)
    length += size;
  while (descriptor >= 0 && size > 0) {
    ssize_t count = ::write(descriptor, next, size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throwErrno("write", path);
    next += count;
    size -= count;
    length += count;
  }
}

void OutputFile::sync() {
  // After a failed fsync the kernel forgets the pages: the file is lost, and
  // trying again would only look like success.
  if (descriptor >= 0 && ::fsync(descriptor) != 0)
    throwErrno("fsync", path);
}

void OutputFile::truncate(uint64_t size) {
  length = size;
  if (descriptor < 0)
    return;
  if (::ftruncate(descriptor, size) != 0)
    throwErrno("truncate", path);
  ::lseek(descriptor, 0, SEEK_END);
}

std::string dsc::temporaryFolder() {
  const char *set = std::getenv("TMPDIR");
  std::string path = set && *set ? set : "/tmp";
  if (::access((path + "/.").c_str(), F_OK) != 0)
    throw Error(Exit::storage,
                "cannot use the temporary folder '" + path +
                    "': " + std::strerror(errno),
                kTemporaryRemedy);
  return path;
}

void dsc::makeDirectories(const std::string &path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure)
    throw Error(Exit::storage,
                "cannot make directory '" + path + "': " + failure.message());
}

void dsc::syncDirectory(const std::string &path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    throwErrno("open directory", path);
  int result = ::fsync(descriptor);
  int reason = errno;
  ::close(descriptor);
  errno = reason;
  // Some file systems cannot fsync a directory and say so.
  if (result != 0 && errno != EINVAL)
    throwErrno("fsync directory", path);
}

void dsc::removeTree(const std::string &path) {
  std::error_code failure;
  fs::remove_all(path, failure);
  if (failure)
    throw Error(Exit::storage,
                "cannot remove '" + path + "': " + failure.message());
}

void dsc::renameDurably(const std::string &from, const std::string &to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    throwErrno("rename '" + from + "' to", to);
  syncDirectory(parentOf(to));
}

/// A name beside `path` that no reader looks at.
static std::string beside(const std::string &path) {
  return parentOf(path) + "/.tmp-" + nameOf(path) + "-" +
         std::to_string(::getpid());
}

void dsc::removeUnfinishedFiles(const std::string &directory) {
  for (const std::string &name : listDirectory(directory))
    if (name.rfind(".tmp-", 0) == 0)
      removeTree(directory + "/" + name);
}

/// A rename would put a file in the place of a device or a pipe.
static void refuseWhatIsNoFile(const std::string &path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw Error(Exit::storage, "'" + path + "' is no file, and stays as it is",
                "give the name of a file");
}

/// As many bytes as tell the kinds of files apart that we write.
static constexpr size_t kindBytes = 16;

void dsc::checkReplaceable(const std::string &path, std::string_view contents) {
  refuseWhatIsNoFile(path);
  if (!pathExists(path))
    return;
  FileView old(path);
  size_t size = std::min({old.size(), contents.size(), kindBytes});
  if (old.size() && std::memcmp(old.data(), contents.data(), size) != 0)
    throw Error(Exit::usage,
                "'" + path + "' holds something else, and stays as it is",
                "give another name, or remove it");
}

void dsc::writeFileDurably(const std::string &path, std::string_view contents) {
  refuseWhatIsNoFile(path);
  std::string folder = parentOf(path);
  if (::access(folder.c_str(), W_OK) != 0)
    throw Error(
        Exit::storage, "cannot write '" + path + "': " + std::strerror(errno),
        errno == ENOENT ? "make the folder '" + folder + "' first" : "");
  std::string temporary = beside(path);
  try {
    OutputFile file(temporary, OutputFile::Mode::create);
    file.write(contents);
    file.sync();
    // What is replaced keeps its permissions.
    struct stat old;
    if (::stat(path.c_str(), &old) == 0)
      (void)::chmod(temporary.c_str(), old.st_mode & 07777);
    if (::rename(temporary.c_str(), path.c_str()) != 0)
      throwErrno("write", path);
  } catch (const Error &error) {
    ::unlink(temporary.c_str());
    // A message names the file that was asked for, not the one beside it.
    std::string message = error.what();
    if (size_t at = message.find(temporary); at != std::string::npos)
      message.replace(at, temporary.size(), path);
    throw Error(error.code(), message, error.hint());
  }
  syncDirectory(folder);
}

std::string dsc::sourcesFileOf(const std::string &binary) {
  fs::path path(binary);
  return (path.parent_path() / ("." + path.filename().string() + ".sources"))
      .string();
}

void dsc::replaceLink(const std::string &target, const std::string &link) {
  std::string temporary = beside(link);
  ::unlink(temporary.c_str());
  if (::symlink(target.c_str(), temporary.c_str()) != 0)
    throwErrno("make link", temporary);
  renameDurably(temporary, link);
}

std::string dsc::parentOf(const std::string &path) {
  std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string dsc::nameOf(const std::string &path) {
  return fs::path(path).filename().string();
}

std::string dsc::programPath() {
  std::error_code failure;
  fs::path path = fs::read_symlink("/proc/self/exe", failure);
  if (failure)
    throw Error(Exit::internal,
                "cannot find this program's own file: " + failure.message());
  return path.string();
}
