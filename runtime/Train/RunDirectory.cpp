//===- RunDirectory.cpp ---------------------------------------------------===//

#include "runtime/Train/RunDirectory.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Train/Checkpoint/CheckpointStore.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

using namespace dsc;

bool dsc::holdsRun(const std::string &directory) {
  for (const char *name : {"run.json", "events.jsonl", "checkpoints"})
    if (pathExists(directory + "/" + name))
      return true;
  return false;
}

/// N of "NAME-N", 1 of "NAME", 0 of anything else.
static int64_t numberOf(const std::string &entry, const std::string &name) {
  if (entry == name)
    return 1;
  if (entry.compare(0, name.size() + 1, name + "-") != 0)
    return 0;
  std::string digits = entry.substr(name.size() + 1);
  if (digits.empty() || digits.size() > 9 || digits[0] == '0' ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return 0;
  int64_t number = std::stoll(digits);
  return number >= 2 ? number : 0;
}

static int64_t newestNumber(const std::string &name) {
  int64_t newest = 0;
  for (const std::string &entry : listDirectory(kRunsFolder))
    newest = std::max(newest, numberOf(entry, name));
  return newest;
}

static std::string numbered(const std::string &name, int64_t number) {
  std::string path = std::string(kRunsFolder) + "/" + name;
  return number > 1 ? path + "-" + std::to_string(number) : path;
}

std::string dsc::newestRun(const std::string &name) {
  int64_t number = newestNumber(name);
  return number ? numbered(name, number) : "";
}

/// The run that a checkpoint lies in, or "".
static std::string runOf(const std::string &checkpoint) {
  std::error_code failure;
  std::string path = std::filesystem::canonical(checkpoint, failure).string();
  if (failure || nameOf(parentOf(path)) != "checkpoints")
    return "";
  return parentOf(parentOf(path));
}

static bool sameDirectory(const std::string &a, const std::string &b) {
  std::error_code failure;
  return std::filesystem::equivalent(a, b, failure) && !failure;
}

std::string dsc::findRunToResume(const RunPlace &place) {
  if (!place.checkpoint.empty() && !pathExists(place.checkpoint))
    throw Error(Exit::refused,
                "there is no checkpoint '" + place.checkpoint + "'",
                "'--resume' without a path takes the newest one, or starts");
  if (!place.checkpoint.empty() &&
      !pathExists(place.checkpoint + "/" + kManifestFile))
    throw Error(Exit::refused,
                "'" + place.checkpoint + "' is no checkpoint: it holds no " +
                    kManifestFile,
                "a checkpoint is a folder such as runs/last/checkpoints/last");
  std::string owner = place.checkpoint.empty() ? "" : runOf(place.checkpoint);
  if (place.directory.empty()) {
    if (!place.checkpoint.empty())
      return owner;
    return place.resume ? newestRun(place.name) : "";
  }
  if (pathExists(place.directory) && !isDirectory(place.directory))
    throw Error(Exit::usage, "'" + place.directory + "' is not a directory",
                "give --run-dir a directory, or the name of a new one");
  if (!holdsRun(place.directory))
    return "";
  if (!place.resume)
    throw Error(Exit::refused, "'" + place.directory + "' holds a run already",
                "go on with it by --resume, or give another --run-dir");
  if (!place.checkpoint.empty() && !sameDirectory(owner, place.directory))
    throw Error(Exit::refused,
                "'" + place.directory + "' holds another run than '" +
                    place.checkpoint + "'",
                "give a --run-dir that is empty");
  return place.directory;
}

std::string dsc::makeRunDirectory(const RunPlace &place) {
  if (!place.directory.empty()) {
    makeDirectories(place.directory);
    return place.directory;
  }
  makeDirectories(kRunsFolder);
  for (int64_t number = newestNumber(place.name) + 1;; ++number) {
    std::string path = numbered(place.name, number);
    // Another run may take the same number at this moment; one of both gets it.
    if (::mkdir(path.c_str(), 0777) == 0)
      return path;
    if (errno != EEXIST)
      throwErrno("make directory", path);
  }
}

void dsc::linkNewestRun(const std::string &directory) {
  std::error_code failure;
  std::string path =
      std::filesystem::absolute(directory, failure).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  if (nameOf(parentOf(path)) == kRunsFolder && nameOf(path) != "last")
    replaceLink(nameOf(path), parentOf(path) + "/last");
}
