//===- Trainer.h - a run from its first step to its last --------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_TRAINER_H
#define DSC_RUNTIME_TRAIN_TRAINER_H

#include "runtime/Artifact/Kernels.h"
#include "runtime/Base/Error.h"
#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Data/Dataset.h"
#include "runtime/Device/Device.h"
#include "runtime/Train/RunDirectory.h"

#include <functional>
#include <set>

namespace dsc {

/// All that a run needs from outside. What opens things is given as functions,
/// called only when nothing else speaks against the run.
struct TrainJob {
  const plan::Plan *plan = nullptr;
  std::string recipe;       ///< resolved text
  std::string artifactHash; ///< for run.json
  std::string command;      ///< for run.json
  KernelTable kernels;
  /// Waits for the other ranks.
  std::function<std::unique_ptr<Communicator>()> openCommunicator =
      openSingleRank;
  std::function<std::unique_ptr<Engine>()> openEngine;
  std::function<std::unique_ptr<Device>(const KernelTable &, ParallelFor,
                                        const DeviceMemory &)>
      openDevice;
  /// That of a device with steps, by its queue's handle, where there are
  /// several ranks; null where they exchange through the host's memory.
  std::function<std::shared_ptr<DeviceCommunicator>(void *queue)>
      openDeviceCommunicator;
  std::function<std::unique_ptr<SampleStream>()> openTraining;
  std::function<std::unique_ptr<SampleStream>(int evaluation)> openEvaluation;
  RunPlace place;
  int64_t steps = -1; ///< --steps; -1 for all
  std::set<std::string> accept;
  bool quiet = false;
  /// For a run that only measures: it ends when this says so of a step's loss,
  /// evaluates nothing and saves no checkpoint. The metrics hold every step.
  std::function<bool(double loss)> measured;
};

/// Trains. Returns Exit::done, or Exit::stopped after a signal; throws
/// dsc::Error on everything else.
Exit train(const TrainJob &job);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_TRAINER_H
