//===- CatalogFiles.cpp - the files of a source, mapped -------------------===//

#include "runtime/Data/CatalogFiles.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Hash.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;

/// What to do about a path that names nothing.
static std::string remedyForMissing(const std::string &path) {
  if (path.starts_with("/usr/share/dict/"))
    return "the word lists are in Debian's package miscfiles: apt-get install "
           "miscfiles";
  if (!path.starts_with("/"))
    return "a relative path of data is relative to the working directory of "
           "the command";
  return "check data.source.path, or put the file there";
}

static Error unreadable(const std::string &path, int error) {
  std::string hint = error == ENOENT ? remedyForMissing(path) : "";
  return Error(
      Exit::refused,
      fmt::format("cannot open data file '{}': {}", path, std::strerror(error)),
      hint);
}

namespace {

/// Closes on every way out of the constructor below.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      close(number);
  }
};

} // namespace

MappedFile::MappedFile(std::string path) : name(std::move(path)) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  Descriptor file{open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0)
    throw unreadable(name, errno);
  if (S_ISDIR(status.st_mode))
    throw Error(Exit::refused,
                fmt::format("data path '{}' is a directory", name),
                fmt::format("name its files, as in \"{}/*.txt\"", name));
  if (!S_ISREG(status.st_mode))
    throw Error(Exit::refused,
                fmt::format("data path '{}' is no regular file", name));
  length = size_t(status.st_size);
  if (length == 0)
    return;
  void *mapped = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (mapped == MAP_FAILED)
    throw unreadable(name, errno);
  data = static_cast<const char *>(mapped);
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : name(std::move(other.name)), data(std::exchange(other.data, nullptr)),
      length(std::exchange(other.length, 0)) {}

MappedFile::~MappedFile() {
  if (data)
    munmap(const_cast<char *>(data), length);
}

FileFacts MappedFile::facts() const {
  return {name, length, sha256Hex(bytes())};
}

std::string dsc::expandVariables(const std::string &text) {
  std::string result;
  size_t position = 0;
  for (;;) {
    size_t begin = text.find("${", position);
    size_t end = begin == std::string::npos ? begin : text.find('}', begin);
    if (end == std::string::npos)
      return result + text.substr(position);
    std::string variable = text.substr(begin + 2, end - begin - 2);
    const char *value = std::getenv(variable.c_str());
    if (!value)
      throw Error(Exit::refused,
                  fmt::format("data path '{}' needs the environment variable "
                              "{}, which is not set",
                              text, variable),
                  fmt::format("export {}=...", variable));
    result += text.substr(position, begin - position) + value;
    position = end + 1;
  }
}

static std::vector<std::string> matchGlob(const std::string &pattern) {
  glob_t found = {};
  // Unsorted: glob() sorts by the locale, and a build must not depend on it.
  int status = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv,
                                 found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (status == GLOB_NOSPACE || status == GLOB_ABORTED)
    throw unreadable(pattern, status == GLOB_NOSPACE ? ENOMEM : EIO);
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<MappedFile> dsc::openFiles(const std::string &path) {
  std::string pattern = expandVariables(path);
  std::vector<std::string> paths;
  bool literal = pattern.find_first_of("*?[") == std::string::npos ||
                 access(pattern.c_str(), F_OK) == 0;
  if (literal)
    paths.push_back(pattern);
  else
    paths = matchGlob(pattern);
  if (paths.empty())
    throw Error(Exit::refused,
                fmt::format("no data file matches '{}'", pattern),
                remedyForMissing(pattern));
  std::vector<MappedFile> files;
  for (std::string &file : paths)
    files.emplace_back(std::move(file));
  return files;
}
