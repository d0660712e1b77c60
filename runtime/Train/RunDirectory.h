//===- RunDirectory.h - where a run keeps its files -------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_RUNDIRECTORY_H
#define DSC_RUNTIME_TRAIN_RUNDIRECTORY_H

#include <string>

namespace dsc {

/// Folder of the runs that were given no directory.
inline constexpr char kRunsFolder[] = "runs";

/// What the user said about where to run.
struct RunPlace {
  std::string name;       ///< the recipe's
  std::string directory;  ///< --run-dir, or ""
  bool resume = false;    ///< --resume
  std::string checkpoint; ///< --resume PATH, or ""
};

/// Whether a directory holds a run, begun or finished.
bool holdsRun(const std::string &directory);

/// The newest of runs/NAME, runs/NAME-2 ...; "" when there is none.
std::string newestRun(const std::string &name);

/// The run to go on with, or "" for a new one. Throws dsc::Error(Exit::refused)
/// when a new one is asked for where there is one already, or a checkpoint that
/// is not there or belongs to another run.
std::string findRunToResume(const RunPlace &place);

/// Makes the directory of a new run: --run-dir, or the first free runs/NAME-N.
std::string makeRunDirectory(const RunPlace &place);

/// Points `last` beside a run in a folder of runs to it.
void linkNewestRun(const std::string &directory);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_RUNDIRECTORY_H
