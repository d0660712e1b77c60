//===- TrainingRun.h - the state of a run while it runs ---------*- C++ -*-===//
//
// Every rank has one, goes through the same states and makes the same calls;
// rank 0 alone has a directory, writes and speaks.
//
// Private to Train: Trainer.cpp opens and resumes, TrainingLoop.cpp steps,
// TrainingSave.cpp evaluates, logs and saves.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_TRAININGRUN_H
#define DSC_RUNTIME_TRAIN_TRAININGRUN_H

#include "runtime/Base/Lock.h"
#include "runtime/Collectives/Communicator.h"
#include "runtime/Monitor/Console.h"
#include "runtime/Train/Checkpoint/CheckpointStore.h"
#include "runtime/Train/Model/Parameters.h"
#include "runtime/Train/Reactions.h"
#include "runtime/Train/Step/Executor.h"
#include "runtime/Train/Trainer.h"

#include <chrono>
#include <deque>

namespace dsc {

class TrainingRun {
public:
  explicit TrainingRun(const TrainJob &job);
  Exit run();

private:
  // Trainer.cpp
  bool findStart();
  LockWait waitForEnding();
  bool findStartAlone();
  void findCheckpoint();
  bool isNothingLeft();
  bool shareStart(bool more);
  void openParts();
  void openDeviceCommunicator();
  void openDirectory();
  void restore();
  void writeRunFiles();
  void announce();

  // TrainingLoop.cpp
  Exit loop();
  Exit measure();
  bool step();
  bool maySubmit() const;
  void submitStep();
  StepBatches readBatches() const;
  bool isStopAsked() const;
  bool isRateGood(int64_t step) const;
  void refuseLearningRate();
  /// For the hint of a run that has to end.
  std::string whatIsSaved() const;
  void handleNonfinite(double loss, const StepBatches &batches);
  [[noreturn]] void failWithSaved(const Error &error) const;
  const plan::Phase &phaseOf(int64_t step) const {
    return reactions->phaseOf(step, job.kernels);
  }

  // TrainingSave.cpp
  enum class After { goOn, interrupted };
  void journalStep();
  void journalDecisions(int64_t step);
  After settleStep();
  bool runEvaluations(std::optional<double> &firstLoss);
  void noteLoss(int evaluation, double loss);
  bool isDue(const plan::Evaluation &evaluation, int64_t steps) const;
  bool isCheckpointDue(int64_t steps) const;
  bool isAnythingDue(int64_t steps) const;
  void save(bool scheduled, JournalLengths lengths);
  void writeAtOnce(bool scheduled, JournalLengths lengths);
  void sendTensors();
  void writeCheckpoint(const std::string &path, bool scheduled,
                       JournalLengths lengths);
  void stop(const char *reason, Exit code);
  double seconds() const;
  bool isFirst() const { return communicator->rank() == 0; }
  /// What the collectives of the plan are made by.
  const Collectives &exchange() const {
    return onDevice ? static_cast<Collectives &>(*onDevice) : *communicator;
  }

  const TrainJob &job;
  const plan::Plan &plan;
  std::unique_ptr<Communicator> communicator;
  Console console;
  std::string directory; ///< "" until there is one, and on other ranks
  std::unique_ptr<DirectoryLock> lock;
  std::unique_ptr<CheckpointStore> store; ///< rank 0's
  std::optional<Checkpoint> start;
  std::vector<std::string> accepted; ///< differences to the checkpoint's recipe
  Curve curve;
  RunState state;

  std::unique_ptr<Engine> engine;
  std::unique_ptr<SampleStream> stream;
  std::vector<std::unique_ptr<SampleStream>> evaluations;
  /// After the device, which may still have recorded calls of it.
  std::shared_ptr<DeviceCommunicator> onDevice;
  std::unique_ptr<Device> device;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Parameters> parameters;
  std::unique_ptr<Reactions> reactions;
  std::unique_ptr<Journal> journal;

  /// The batches of the steps that are submitted, from `state.steps` on.
  std::deque<StepBatches> underWay;
  std::vector<const plan::Reaction *> decisions; ///< of the last update
  bool stopAgreed = false; ///< by all ranks, in the last step
  int64_t microBatch = 0;
  int64_t target = 0; ///< applied updates at which to stop
  JournalLengths beforeEvaluations;
  std::vector<EvaluationState> evaluationsBefore;
  /// The step of the newest checkpoint in the run's directory, or -1. The same
  /// on all ranks: they save together.
  int64_t savedStep = -1;
  double secondsBefore = 0;
  std::chrono::steady_clock::time_point began;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_TRAININGRUN_H
