//===- Place.h - where in a job this process stands -------------*- C++ -*-===//
//
// Launchers tell the processes that they start by environment variables:
// torchrun, Kubernetes and `dsc run -n` by RANK and WORLD_SIZE, Open MPI by
// OMPI_COMM_WORLD_*, Slurm's srun by SLURM_PROCID and SLURM_STEP_*. A process
// without them is alone. Where one launcher runs inside another, as mpirun does
// in a Slurm job, the inner one is believed.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_PLACE_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_PLACE_H

#include <functional>
#include <optional>
#include <string>

namespace dsc {

/// getenv, or a test's.
using Environment = std::function<const char *(const char *)>;

struct Place {
  int rank = 0, size = 1;
  int localRank = 0, localSize = 1; ///< among the processes of this host
  std::string address;              ///< of rank 0's host; "" unknown
  int port = 0;                     ///< where rank 0 serves the store
  std::string folder;               ///< of the store on one host; "" unknown
  std::string token;                ///< of the job; "" unknown
  std::string job;                  ///< tells it from others on its hosts

  bool isOneHost() const { return size == localSize; }
};

/// Nothing where no launcher has left its variables. Throws
/// dsc::Error(Exit::usage) when some are missing or make no sense.
std::optional<Place> findPlace(const Environment &environment);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_PLACE_H
