//===- CheckpointStore.cpp ------------------------------------------------===//

#include "runtime/Train/Checkpoint/CheckpointStore.h"

#include "runtime/Base/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>

using namespace dsc;

static constexpr std::string_view kWriting = ".writing-";
static constexpr std::string_view kRemoving = ".removing-";

static bool startsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

Checkpoint dsc::openCheckpoint(const std::string &path) {
  Checkpoint checkpoint;
  checkpoint.path = path;
  std::string manifestPath = path + "/" + kManifestFile;
  try {
    checkpoint.manifest = parseManifest(readFile(manifestPath), manifestPath);
    for (const char *name : {kModelFile, kOptimizerFile, kConfigFile})
      if (!checkpoint.manifest.files.count(name))
        throw Error(Exit::refused,
                    "'" + manifestPath + "' does not list " + name);
    for (const auto &[name, file] : checkpoint.manifest.files)
      if (sha256HexOfFile(path + "/" + name) != file.sha256)
        throw Error(Exit::refused, "'" + path + "/" + name +
                                       "' is damaged: it does not match the "
                                       "hash in its manifest");
  } catch (const Error &error) {
    throw Error(Exit::refused, error.what());
  }
  return checkpoint;
}

CheckpointStore::CheckpointStore(const std::string &runDirectory)
    : directory(runDirectory + "/checkpoints") {}

void CheckpointStore::clean() {
  for (const std::string &name : listDirectory(directory))
    if (startsWith(name, kWriting) || startsWith(name, kRemoving))
      removeTree(directory + "/" + name);
  removeUnfinishedFiles(directory);
}

std::string CheckpointStore::nameOf(int64_t step) {
  return fmt::format("step-{:08}", step);
}

std::string CheckpointStore::pathOf(int64_t step) const {
  return directory + "/" + nameOf(step);
}

std::vector<int64_t> CheckpointStore::steps() const {
  std::vector<int64_t> found;
  for (const std::string &name : listDirectory(directory)) {
    long long step = -1;
    if (std::sscanf(name.c_str(), "step-%lld", &step) == 1 &&
        nameOf(step) == name)
      found.push_back(step);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<Checkpoint>
CheckpointStore::newest(std::vector<std::string> &damaged) const {
  std::vector<int64_t> all = steps();
  for (auto step = all.rbegin(); step != all.rend(); ++step) {
    try {
      Checkpoint checkpoint = openCheckpoint(pathOf(*step));
      if (checkpoint.manifest.state.steps != *step)
        throw Error(Exit::refused,
                    fmt::format("'{}' is the checkpoint of step {}",
                                pathOf(*step),
                                checkpoint.manifest.state.steps));
      return checkpoint;
    } catch (const Error &error) {
      damaged.push_back(error.what());
    }
  }
  return std::nullopt;
}

std::string CheckpointStore::begin(int64_t step) {
  std::string path = directory + "/" + std::string(kWriting) + nameOf(step);
  removeTree(path);
  makeDirectories(path);
  return path;
}

void CheckpointStore::commit(int64_t step) {
  std::string written = directory + "/" + std::string(kWriting) + nameOf(step);
  std::string place = pathOf(step);
  syncDirectory(written);
  if (pathExists(place)) {
    // Saved once before, by a signal: both change places at once, so that there
    // is a whole one at any moment.
    if (::renameat2(AT_FDCWD, written.c_str(), AT_FDCWD, place.c_str(),
                    RENAME_EXCHANGE) != 0) {
      remove(step);
      renameDurably(written, place);
    }
    syncDirectory(directory);
    removeTree(written);
  } else {
    renameDurably(written, place);
  }
  linkNewest();
}

void CheckpointStore::linkNewest() {
  std::vector<int64_t> all = steps();
  if (all.empty())
    return;
  std::string link = directory + "/last", target = nameOf(all.back());
  std::error_code absent;
  if (std::filesystem::read_symlink(link, absent) != target)
    replaceLink(target, link);
}

/// Renamed first: half of a checkpoint must not look like one.
void CheckpointStore::remove(int64_t step) {
  std::string doomed = directory + "/" + std::string(kRemoving) + nameOf(step);
  removeTree(doomed);
  renameDurably(pathOf(step), doomed);
  removeTree(doomed);
}

void CheckpointStore::discardAfter(int64_t step) {
  for (int64_t other : steps())
    if (other > step)
      remove(other);
  linkNewest();
}

/// Whether a checkpoint counts for keep_last; a damaged one does not.
static bool isScheduled(const std::string &path) {
  std::string manifest = path + "/" + kManifestFile;
  try {
    return parseManifest(readFile(manifest), manifest).scheduled;
  } catch (const Error &) {
    return false;
  }
}

void CheckpointStore::retain(int64_t keepLast, int64_t current) {
  std::vector<int64_t> all = steps();
  int64_t kept = 0;
  for (auto step = all.rbegin(); step != all.rend(); ++step) {
    bool scheduled = isScheduled(pathOf(*step));
    if (scheduled && kept < keepLast)
      ++kept;
    else if (*step != current)
      remove(*step);
  }
}
