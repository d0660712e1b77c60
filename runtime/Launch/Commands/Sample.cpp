//===- Sample.cpp - dsc sample --------------------------------------------===//

#include "runtime/Artifact/Kernels.h"
#include "runtime/Base/Stdout.h"
#include "runtime/Engine/Mirrored.h"
#include "runtime/Launch/Commands/Commands.h"
#include "runtime/Launch/Commands/DeviceChoice.h"
#include "runtime/Train/Checkpoint/CheckpointStore.h"
#include "runtime/Train/Model/Parameters.h"
#include "runtime/Train/Model/Sampler.h"
#include "runtime/Train/RunDirectory.h"

#include <cerrno>
#include <unistd.h>

using namespace dsc;

/// The checkpoint asked for, or the newest of the recipe's newest run.
static std::string chooseCheckpoint(const std::string &asked,
                                    const plan::Plan &plan) {
  if (!asked.empty()) {
    if (!isDirectory(asked))
      throw Error(Exit::refused, "there is no checkpoint '" + asked + "'");
    std::string newest = asked + "/checkpoints/last";
    return isDirectory(newest) ? newest : asked;
  }
  std::string run = newestRun(plan.name()->str());
  std::string path = run + "/checkpoints/last";
  if (run.empty() || !isDirectory(path))
    throw Error(Exit::refused,
                "there is no checkpoint of '" + plan.name()->str() + "' in '" +
                    kRunsFolder + "'",
                "train with 'dsc run', or name one by --checkpoint");
  return path;
}

/// A checkpoint of ours is verified; any other directory with a model of the
/// right names and shapes will do.
static void readWeights(const std::string &path, const plan::Plan &plan,
                        Parameters &parameters) {
  if (!pathExists(path + "/" + kManifestFile)) {
    parameters.readDirectory(path);
    return;
  }
  Checkpoint checkpoint = openCheckpoint(path);
  if (checkpoint.manifest.fingerprint["model"] !=
      plan.fingerprint()->model()->str())
    throw Error(Exit::refused, "'" + path + "' is of another model",
                "give the binary that trained it");
  parameters.readModel(SafetensorsFile(path + "/" + kModelFile));
}

/// Writes to stdout at once, so that one sees the model write.
static bool emitByte(int64_t token) {
  char byte = char(token);
  bool written = ::write(STDOUT_FILENO, &byte, 1) == 1;
  checkStdout(written ? 0 : errno);
  return written;
}

static SampleRequest requestOf(const SampleCommand &command) {
  SampleRequest request;
  // Without a prompt the model goes on after a line's end.
  std::string prompt = command.prompt.empty() ? "\n" : command.prompt;
  for (unsigned char byte : prompt)
    request.prompt.push_back(byte);
  request.tokens = command.tokens;
  request.seed = command.seed;
  request.temperature = command.temperature;
  return request;
}

Exit dsc::runSample(const SampleCommand &command) {
  Artifact artifact(command.binary);
  const plan::Plan &plan = artifact.plan();
  if (plan.data()->tokenizer()->str() != "bytes")
    throw Error(Exit::usage, "the model of '" + plan.name()->str() +
                                 "' does not write text");
  std::string checkpoint = chooseCheckpoint(command.checkpoint, plan);
  const DeviceKind &kind =
      chooseDevice(command.device, command.engine, artifact);
  std::unique_ptr<Engine> engine = openEngine(command.engine, kind.name);
  ParallelFor parallelFor = [&](int64_t count, const RangeFunction &body) {
    engine->parallelFor(count, body);
  };
  DeviceMemory memory;
  memory.used = [&](int buffer) { return holdsParameters(plan, buffer); };
  DeviceRequest opening{artifact, loadKernels(artifact), parallelFor, memory};
  opening.trains = false;
  std::unique_ptr<Device> device = kind.open(opening);
  engine = fitEngine(std::move(engine), *device);
  auto alone = openSingleRank();
  Parameters parameters(plan, PlacedMemory(plan, *device, *alone), parallelFor);
  readWeights(checkpoint, plan, parameters);
  for (unsigned char byte : command.prompt)
    emitByte(byte);
  Sampler(plan, *device, *engine).sample(requestOf(command), emitByte);
  emitByte('\n');
  return Exit::done;
}
