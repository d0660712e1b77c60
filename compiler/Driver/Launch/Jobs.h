//===- Jobs.h - job files for clusters --------------------------*- C++ -*-===//
//
// What `dsc launch` writes. A job starts a process on each host, which starts
// that host's ranks and gives one exit code for them; its command line starts a
// run and resumes it alike. Of the exit codes, 5 and 75 are worth a retry.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_LAUNCH_JOBS_H
#define DSC_COMPILER_DRIVER_LAUNCH_JOBS_H

#include <cstdint>
#include <string>

namespace dsc {

struct Job {
  std::string name;   ///< of the run
  std::string binary; ///< as seen from the folder in which the job runs
  int64_t hosts = 1;
  int64_t ranksOfHost = 1;
  std::string resource; ///< of which each rank needs one; "" for the host
  std::string image;    ///< of the container
  std::string claim;    ///< for the persistent volume
};

/// A script for sbatch.
std::string writeSlurmJob(const Job &job);

/// A Job, and a Service by which several hosts find one another. No PyTorchJob:
/// its restart policies cannot tell 5 from 6.
std::string writeKubernetesJob(const Job &job);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_LAUNCH_JOBS_H
