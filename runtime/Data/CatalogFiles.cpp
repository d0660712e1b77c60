//===- CatalogFiles.cpp - the files of a source, mapped -------------------===//

#include "runtime/Data/CatalogFiles.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Hash.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <glob.h>
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

/// Refuses what cannot be read by what it is.
static void checkReadable(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    throw unreadable(path, errno);
  if (S_ISDIR(status.st_mode))
    throw Error(Exit::refused,
                fmt::format("data path '{}' is a directory", path),
                fmt::format("name its files, as in \"{}/*.txt\"", path));
  if (!S_ISREG(status.st_mode))
    throw Error(Exit::refused,
                fmt::format("data path '{}' is no regular file", path));
  if (access(path.c_str(), R_OK) != 0)
    throw unreadable(path, errno);
}

MappedFile::MappedFile(std::string path) : name(std::move(path)) {
  checkReadable(name);
  view = std::make_unique<FileView>(name);
}

FileFacts MappedFile::facts() const {
  return {name, view->size(), sha256Hex(bytes())};
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
