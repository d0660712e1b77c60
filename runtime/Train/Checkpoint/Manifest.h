//===- Manifest.h - what a checkpoint says of itself ------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_CHECKPOINT_MANIFEST_H
#define DSC_RUNTIME_TRAIN_CHECKPOINT_MANIFEST_H

#include "runtime/Monitor/Journal.h"
#include "runtime/Train/Checkpoint/Curve.h"
#include "runtime/Train/Checkpoint/Safetensors.h"

#include <map>

namespace dsc {

/// What the last update reported.
struct StepRecord {
  double loss = 0;
  double learningRate = 0;
  double gradientNorm = 0; ///< NaN where the plan computes none
};

/// One evaluation's memory, for `stop_after` and for a schedule that reacts.
struct EvaluationState {
  std::string name;
  bool seen = false;
  double best = 0;
  int64_t sinceBest = 0;
  double last = 0;   ///< the newest loss
  int64_t count = 0; ///< how often it ran
};

/// Everything of a run that is not a tensor.
struct RunState {
  int64_t steps = 0;   ///< applied updates
  int64_t batches = 0; ///< global batches consumed: updates and skips
  int64_t samples = 0; ///< the next sample to read
  int64_t tokens = 0;  ///< target tokens consumed
  int64_t skippedInARow = 0;
  bool evaluated = false; ///< the evaluations due at `steps` are done
  bool finished = false;  ///< there is nothing left to train
  double seconds = 0;
  StepRecord last;
  std::vector<EvaluationState> evaluations;
};

struct Manifest {
  std::string name;
  RunState state;
  bool scheduled = true; ///< false: saved by a signal or --steps
  std::map<std::string, std::string> fingerprint;
  std::string tokenizer;
  int64_t vocabulary = 0;
  int64_t batch = 0;
  std::string recipe; ///< its resolved text
  std::string model;  ///< config.json's text
  std::map<std::string, FileRecord> files;
  JournalLengths journal;
  NamedValues scheduleState;
  Curve curve;
};

/// The parts of a manifest that the plan determines.
Manifest manifestOf(const plan::Plan &plan, const std::string &recipe,
                    const Curve &curve);

/// JSON with a hash of itself, so that no bit of it can change unseen.
std::string writeManifest(const Manifest &manifest);

/// Throws dsc::Error(Exit::refused) when `text` is not what was written.
Manifest parseManifest(const std::string &text, const std::string &path);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_CHECKPOINT_MANIFEST_H
