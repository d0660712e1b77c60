//===- CheckpointStore.h - the checkpoints of a run -------------*- C++ -*-===//
//
// A checkpoint is a directory that is complete or is not there: it is written
// under another name, every file fsynced, and renamed into place. It is
// believed only after every file in it has the size and the hash that its
// manifest says.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_CHECKPOINT_CHECKPOINTSTORE_H
#define DSC_RUNTIME_TRAIN_CHECKPOINT_CHECKPOINTSTORE_H

#include "runtime/Train/Checkpoint/Manifest.h"

#include <optional>

namespace dsc {

inline constexpr char kModelFile[] = "model.safetensors";
inline constexpr char kOptimizerFile[] = "optimizer.safetensors";
inline constexpr char kConfigFile[] = "config.json";
inline constexpr char kManifestFile[] = "manifest.json";

struct Checkpoint {
  std::string path;
  Manifest manifest;
};

/// Reads and verifies a checkpoint. Throws dsc::Error(Exit::refused) naming the
/// file that is missing or damaged.
Checkpoint openCheckpoint(const std::string &path);

class CheckpointStore {
public:
  /// `runDirectory` exists.
  explicit CheckpointStore(const std::string &runDirectory);

  /// Removes what a killed run left half written or half removed.
  void clean();

  /// Steps of the checkpoints that are there, ascending.
  std::vector<int64_t> steps() const;

  std::string pathOf(int64_t step) const;
  static std::string nameOf(int64_t step); ///< "step-00000200"

  /// The newest whole checkpoint; what was passed over goes into `damaged`.
  std::optional<Checkpoint> newest(std::vector<std::string> &damaged) const;

  /// Where to write the files of the next checkpoint: an empty directory.
  std::string begin(int64_t step);

  /// Puts the directory that begin() gave into its place and points `last` to
  /// it.
  void commit(int64_t step);

  /// Points `last` to the newest checkpoint, where it does not yet.
  void linkNewest();

  /// Removes checkpoints later than `step`: another past than the run's.
  void discardAfter(int64_t step);

  /// Keeps the newest `keepLast` scheduled checkpoints and `current`.
  void retain(int64_t keepLast, int64_t current);

private:
  void remove(int64_t step);

  std::string directory;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_CHECKPOINT_CHECKPOINTSTORE_H
