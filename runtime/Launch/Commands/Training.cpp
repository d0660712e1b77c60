//===- Training.cpp - dsc run ---------------------------------------------===//

#include "runtime/Artifact/Kernels.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Base/Signals.h"
#include "runtime/Collectives/World.h"
#include "runtime/Launch/Commands/Commands.h"
#include "runtime/Launch/Commands/DeviceChoice.h"
#include "runtime/Launch/Ranks/Membership.h"
#include "runtime/Launch/Ranks/RankStart.h"
#include "runtime/Launch/Ranks/Ranks.h"
#include "runtime/Launch/Ranks/Supervisor.h"
#include "runtime/RangeTest/Smoothing.h"
#include "runtime/Train/Checkpoint/Compatibility.h"
#include "runtime/Train/Trainer.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>

using namespace dsc;

/// A recipe that was edited after it was compiled is a common slip.
static void warnOfNewerRecipe(const std::string &binary) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path real = fs::canonical(binary, error);
  std::ifstream list(sourcesFileOf(real.string()));
  auto made = fs::last_write_time(real, error);
  for (std::string recipe; !error && std::getline(list, recipe);)
    if (auto edited = fs::last_write_time(recipe, error);
        !error && edited > made)
      fmt::print(stderr,
                 "dsc: warning: '{}' is newer than the binary\n"
                 "dsc: hint: 'dsc compile' makes a new one\n",
                 recipe);
}

/// To diverge is what a range test is for.
static Exit measureRamp(TrainJob &job) {
  const auto &phases = *job.plan->phases();
  const plan::Phase &ramp = *phases.Get(phases.size() - 1);
  DivergenceRule rule(ramp.end() - ramp.begin());
  job.measured = [&](double loss) { return rule.ends(loss); };
  try {
    return train(job);
  } catch (const Error &error) {
    if (error.code() != Exit::diverged)
      throw;
    return Exit::diverged;
  }
}

/// What all ranks of a run have to agree on. Another binary is no reason to try
/// again, and no mistake of the command line.
static std::vector<Common> commonOf(const RunCommand &command,
                                    const Artifact &artifact,
                                    const std::string &device, int ranks) {
  return {{"ranks", std::to_string(ranks)},
          {"a binary", artifact.hash(), Exit::artifact},
          {"a plan", sha256Hex(artifact.payload()), Exit::artifact},
          {"device", device},
          {"--engine", command.engine},
          {"--communicator", command.communicator},
          {"--run-dir", command.runDirectory},
          {"--steps", command.steps ? std::to_string(*command.steps) : "all"},
          {"--resume", command.resume ? "yes " + command.checkpoint : "no"},
          {"--accept", command.accept}};
}

static Exit trainOrMeasure(const RunCommand &command, TrainJob &job) {
  return command.rangeTest ? measureRamp(job) : train(job);
}

/// The others learn at once when this rank ends.
static Exit trainAmong(Membership &members, const RunCommand &command,
                       TrainJob &job) {
  try {
    Exit code = trainOrMeasure(command, job);
    members.finish();
    return code;
  } catch (const Error &error) {
    Error reason = members.explain(error);
    members.fail(reason);
    throw reason;
  } catch (const std::exception &error) {
    members.fail(Error(Exit::internal, error.what()));
    throw;
  }
}

/// A run as one of its ranks.
static Exit runRank(const RunCommand &command, const Artifact &artifact,
                    const DeviceKind &device, const Place &place) {
  const plan::Plan &plan = artifact.plan();
  TrainJob job;
  job.plan = &plan;
  job.accept = parseAccept(command.accept);
  job.recipe = std::string(artifact.recipe());
  job.artifactHash = artifact.hash();
  job.command = command.commandLine;
  job.kernels = loadKernels(artifact);
  job.openEngine = [&] { return openEngine(command.engine, device.name); };
  job.openDevice = [&](const KernelTable &kernels, ParallelFor parallelFor,
                       const DeviceMemory &memory) {
    bool mayShare = !exchangesOnDevice(command.communicator, device.name);
    return device.open({artifact, kernels, std::move(parallelFor), memory,
                        place.localRank, mayShare});
  };
  job.openTraining = [&] { return openTraining(plan); };
  job.openEvaluation = [&](int index) { return openEvaluation(plan, index); };
  job.place = {plan.name()->str(), command.runDirectory, command.resume,
               command.checkpoint};
  job.steps = command.steps.value_or(-1);
  job.quiet = command.quiet;
  if (place.size == 1)
    return trainOrMeasure(command, job);
  Membership members(
      place, commonOf(command, artifact, device.name, place.size),
      std::chrono::milliseconds(int64_t(plan.training()->timeout() * 1000)));
  job.openCommunicator = [&] { return members.open(command.communicator); };
  job.openDeviceCommunicator = [&](void *queue) {
    return members.openOnDevice(command.communicator, device.name, queue);
  };
  return trainAmong(members, command, job);
}

Exit dsc::runTraining(const RunCommand &command) {
  holdSignals();
  parseAccept(command.accept);
  checkCommunicator(command.communicator);
  Artifact artifact(command.binary);
  const plan::Training &training = *artifact.plan().training();
  std::optional<Place> place = findPlace(::getenv);
  int64_t count = ranksToStart(command.ranks, place, training.ranks());
  checkRanks(training, count * (place ? place->size : 1));
  const DeviceKind &device =
      chooseDevice(command.device, command.engine, artifact);
  exchangesOnDevice(command.communicator, device.name); // or refuses
  if (!place || place->rank == 0)
    warnOfNewerRecipe(command.binary);
  // It reads signals, and holds back those that come too late.
  if (count > 1)
    return superviseRanks(int(count), place, command.arguments);
  installSignalHandlers(isSupervisorThere() ? SecondSignal::ignored
                                            : SecondSignal::ends);
  return runRank(command, artifact, device, place.value_or(Place()));
}
