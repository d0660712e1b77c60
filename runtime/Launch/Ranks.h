//===- Ranks.h - how many processes this run has ----------------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_H
#define DSC_RUNTIME_LAUNCH_RANKS_H

#include <cstdint>

namespace dsc {

/// Ranks of the job that the environment describes (torchrun's RANK and
/// WORLD_SIZE, Slurm's, Open MPI's), else `asked`. Throws
/// dsc::Error(Exit::usage) for more than one: not supported yet.
void checkRanks(int64_t asked);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_H
