//===- Place.cpp ----------------------------------------------------------===//

#include "runtime/Launch/Rendezvous/Place.h"

#include "runtime/Base/Error.h"
#include "runtime/Launch/Rendezvous/SlurmLists.h"

#include <charconv>
#include <fmt/format.h>

using namespace dsc;

namespace {

constexpr int kMostRanks = 1 << 20;
constexpr int kMostPort = 65535;

/// Where rank 0 serves when no launcher has named a port.
constexpr int kDefaultPort = 29400;

/// Jobs of Slurm share hosts: each takes a port of its own, below those that
/// Linux hands out by itself.
constexpr int kFirstSlurmPort = 15000, kSlurmPorts = 15000;

/// Reads variables and says what is wrong with them.
class Variables {
public:
  explicit Variables(const Environment &environment)
      : environment(environment) {}

  /// "" where it is not set.
  std::string text(const char *name) const {
    const char *value = environment(name);
    return value ? value : "";
  }

  bool has(const char *name) const { return !text(name).empty(); }

  int number(const char *name, int least, int most) const {
    std::string value = text(name);
    int result = 0;
    auto [end, failure] =
        std::from_chars(value.data(), value.data() + value.size(), result);
    if (value.empty() || failure != std::errc() ||
        end != value.data() + value.size() || result < least || result > most)
      throw Error(Exit::usage,
                  fmt::format("{} is '{}', expected a whole number from {} "
                              "to {}",
                              name, value, least, most));
    return result;
  }

  /// Two that a launcher sets together. False where there is neither.
  bool both(const char *one, const char *other) const {
    if (has(one) == has(other))
      return has(one);
    throw Error(Exit::usage,
                fmt::format("{} is set, but {} is not", has(one) ? one : other,
                            has(one) ? other : one),
                "a launcher sets both; unset it to run outside of one");
  }

  /// A rank and the number of ranks that it is one of.
  bool rankOf(const char *rank, const char *size, int &rankOut,
              int &sizeOut) const {
    if (!both(rank, size))
      return false;
    sizeOut = number(size, 1, kMostRanks);
    rankOut = number(rank, 0, sizeOut - 1);
    return true;
  }

private:
  const Environment &environment;
};

} // namespace

static std::optional<Place> findTorchPlace(const Variables &variables) {
  Place place;
  if (!variables.rankOf("RANK", "WORLD_SIZE", place.rank, place.size))
    return std::nullopt;
  // Kubernetes has one process in a pod, and does not say so.
  variables.rankOf("LOCAL_RANK", "LOCAL_WORLD_SIZE", place.localRank,
                   place.localSize);
  place.job =
      fmt::format("torch-{}-{}-{}", variables.text("TORCHELASTIC_RUN_ID"),
                  variables.text("TORCHELASTIC_RESTART_COUNT"),
                  variables.text("MASTER_PORT"));
  return place;
}

static std::optional<Place> findOpenMpiPlace(const Variables &variables) {
  Place place;
  if (!variables.rankOf("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                        place.rank, place.size))
    return std::nullopt;
  if (!variables.rankOf("OMPI_COMM_WORLD_LOCAL_RANK",
                        "OMPI_COMM_WORLD_LOCAL_SIZE", place.localRank,
                        place.localSize))
    throw Error(Exit::usage, "OMPI_COMM_WORLD_RANK is set, but "
                             "OMPI_COMM_WORLD_LOCAL_RANK is not");
  place.job = "mpi-" + variables.text("PMIX_NAMESPACE");
  return place;
}

/// A batch script has SLURM_PROCID too, but is no task of a step: what it
/// starts is alone.
static std::optional<Place> findSlurmPlace(const Variables &variables) {
  Place place;
  if (!variables.has("SLURM_STEP_NUM_TASKS") ||
      !variables.rankOf("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", place.rank,
                        place.size))
    return std::nullopt;
  int node = variables.number("SLURM_NODEID", 0, kMostRanks);
  std::string tasks = variables.text("SLURM_STEP_TASKS_PER_NODE");
  place.localSize = slurmTasksOn(node, tasks);
  if (place.localSize < 1 || place.localSize > place.size)
    throw Error(Exit::usage,
                fmt::format("SLURM_STEP_TASKS_PER_NODE is '{}', which says "
                            "nothing of node {}",
                            tasks, node));
  place.localRank = variables.number("SLURM_LOCALID", 0, place.localSize - 1);
  int job = variables.number("SLURM_JOB_ID", 0, INT32_MAX);
  place.address = firstSlurmHost(variables.text("SLURM_STEP_NODELIST"));
  place.port = kFirstSlurmPort + job % kSlurmPorts;
  place.job =
      fmt::format("slurm-{}-{}-{}", job, variables.text("SLURM_STEP_ID"),
                  variables.text("SLURM_RESTART_COUNT"));
  return place;
}

/// What may be given to any launcher's processes.
static void readRendezvous(const Variables &variables, Place &place) {
  place.folder = variables.text("DSC_STORE");
  place.token = variables.text("DSC_TOKEN");
  if (variables.has("MASTER_ADDR"))
    place.address = variables.text("MASTER_ADDR");
  if (variables.has("DSC_STORE_PORT")) {
    place.port = variables.number("DSC_STORE_PORT", 1, kMostPort);
  } else if (variables.has("MASTER_PORT")) {
    // torchrun's agent may serve there itself.
    bool taken = variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    place.port = variables.number("MASTER_PORT", 1, kMostPort - 1) + taken;
  } else if (place.port == 0) {
    place.port = kDefaultPort;
  }
}

std::optional<Place> dsc::findPlace(const Environment &environment) {
  Variables variables(environment);
  for (auto find : {findTorchPlace, findOpenMpiPlace, findSlurmPlace}) {
    std::optional<Place> place = find(variables);
    if (!place)
      continue;
    if (place->localSize > place->size)
      throw Error(Exit::usage,
                  fmt::format("{} processes on this host, but {} in all",
                              place->localSize, place->size));
    readRendezvous(variables, *place);
    return place;
  }
  return std::nullopt;
}
