//===- Ranks.cpp ----------------------------------------------------------===//

#include "runtime/Launch/Ranks.h"

#include "runtime/Base/Error.h"

#include <cstdlib>
#include <string>

using namespace dsc;

namespace {
/// A pair of variables by which some launcher tells a process its place.
struct RankVariables {
  const char *rank;
  const char *size;
};
} // namespace

static constexpr RankVariables kLaunchers[] = {
    {"RANK", "WORLD_SIZE"},
    {"SLURM_PROCID", "SLURM_NTASKS"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}};

void dsc::checkRanks(int64_t asked) {
  if (asked < 1)
    throw Error(Exit::usage,
                "-n is " + std::to_string(asked) + ", expected at least 1");
  std::string source = "-n";
  for (const RankVariables &launcher : kLaunchers) {
    const char *rank = std::getenv(launcher.rank);
    const char *size = std::getenv(launcher.size);
    if (!rank || !size)
      continue;
    asked = std::atoll(size);
    source = launcher.size;
    break;
  }
  if (asked > 1)
    throw Error(Exit::usage,
                "more than one rank (" + source + " is " +
                    std::to_string(asked) + ") is not supported yet",
                "train.micro_batch accumulates on one rank");
}
