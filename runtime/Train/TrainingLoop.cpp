//===- TrainingLoop.cpp - one step after another --------------------------===//

#include "runtime/Base/Signals.h"
#include "runtime/Train/TrainingRun.h"

#include <cmath>
#include <fmt/format.h>

using namespace dsc;

/// Far above any learning rate, far below what f32 holds.
static constexpr double kMostRate = 1e30;

/// Skipped updates in a row after which a run has diverged.
static constexpr int64_t kMostSkips = 10;

Exit TrainingRun::loop() {
  // `--steps 0` asks for the initial state; what is due at it comes later.
  bool interrupted = false;
  if (!state.evaluated && target > 0) {
    beforeEvaluations = journal->lengths();
    evaluationsBefore = state.evaluations;
    interrupted = settleStep() == After::interrupted;
  }
  while (!interrupted && !state.finished && state.steps < target &&
         !stopRequested()) {
    if (!step())
      continue;
    journalStep();
    interrupted = settleStep() == After::interrupted;
  }
  if (state.finished) {
    stop("done", Exit::done);
    return Exit::done;
  }
  if (savedStep != state.steps)
    save(/*scheduled=*/false,
         interrupted ? beforeEvaluations : journal->lengths());
  bool signalled = interrupted || state.steps < target;
  stop(signalled ? "signal" : "steps", signalled ? Exit::stopped : Exit::done);
  return signalled ? Exit::stopped : Exit::done;
}

/// The steps of a run that leaves nothing but its metrics.
Exit TrainingRun::measure() {
  bool ended = false;
  while (!ended && state.steps < target && !stopRequested()) {
    if (!step())
      continue;
    int64_t made = state.steps - 1;
    journal->write(MetricsRow{made, state.last.loss, std::nullopt,
                              state.last.learningRate, state.last.gradientNorm,
                              state.tokens, seconds()});
    ended = job.measured(state.last.loss);
    console.progress({state.steps, plan.training()->steps(), state.last.loss,
                      state.last.learningRate, phaseOf(made).name()->str(),
                      state.tokens},
                     ended || state.steps == target);
  }
  return ended || state.steps == target ? Exit::done : Exit::stopped;
}

/// All micro-batches are read before the first is run: their target tokens are
/// the weight of each.
void TrainingRun::readBatches() {
  int64_t batch = plan.training()->batch();
  batches.resize(batch / microBatch);
  for (size_t i = 0; i < batches.size(); ++i)
    stream->read(state.samples + int64_t(i) * microBatch, microBatch,
                 batches[i]);
  state.batches += 1;
  state.samples += batch;
  for (const Batch &micro : batches)
    state.tokens += micro.targetTokens;
}

std::string TrainingRun::whatIsSaved() const {
  return savedStep < 0
             ? "no checkpoint was saved yet"
             : fmt::format("the checkpoint of step {} is whole", savedStep);
}

/// Of an author's formula the compiler sees every step only where the phase is
/// short. The parameters have to be spared what it missed.
void TrainingRun::checkLearningRate() {
  double lr = job.kernels.learningRate(plan, state.steps);
  if (lr >= 0 && lr <= kMostRate)
    return;
  stop("diverged", Exit::diverged);
  throw Error(
      Exit::diverged,
      fmt::format("step {}: the schedule's learning rate is {:.10g}, "
                  "expected one from 0 to {:g} (phase {})",
                  state.steps, lr, kMostRate,
                  phaseOf(state.steps).name()->str()),
      "keep the phase's formula in range, as with clamp(x, low, high); " +
          whatIsSaved());
}

/// Makes one update, or skips it. True when it was made.
bool TrainingRun::step() {
  checkLearningRate();
  readBatches();
  double loss = executor->runMicroBatches(state.steps, batches);
  UpdateResult update;
  if (std::isfinite(loss)) {
    reactions->setLoss(loss);
    update = executor->runUpdate();
  }
  if (!update.applied) {
    handleNonfinite(loss);
    return false;
  }
  decisions = reactions->readDecisions();
  state.last = {loss, update.learningRate, update.gradientNorm};
  state.steps += 1;
  state.skippedInARow = 0;
  state.evaluated = false;
  return true;
}

void TrainingRun::handleNonfinite(double loss) {
  std::string bad = executor->firstBadGradient();
  std::string what =
      bad.empty() ? std::isfinite(loss) ? "the gradient's norm is not finite"
                                        : "the loss is not finite"
                  : "the gradient of '" + bad + "' is not finite";
  double lr = job.kernels.learningRate(plan, state.steps, reactions->state());
  std::string phase = phaseOf(state.steps).name()->str();
  std::string where = fmt::format("step {}: {} (lr {:.10g}, phase {})",
                                  state.steps, what, lr, phase);
  state.skippedInARow += 1;
  bool skips = plan.training()->nonfinite() == plan::Nonfinite::skip;
  if (skips)
    journal->write(Event("skip")
                       .add("step", state.steps)
                       .add("batch", state.batches - 1)
                       .add("lr", lr)
                       .add("phase", phase)
                       .add("tensor", bad)
                       .add("in_a_row", state.skippedInARow),
                   seconds());
  if (skips && state.skippedInARow < kMostSkips) {
    console.warn(where + "; the update is skipped");
    return;
  }
  stop("diverged", Exit::diverged);
  if (skips)
    throw Error(
        Exit::diverged,
        fmt::format("{}; {} updates in a row were skipped", where, kMostSkips),
        "lower schedule.peak, or lengthen the warm-up");
  throw Error(Exit::diverged, where,
              "lower schedule.peak, lengthen the warm-up, or set "
              "train.nonfinite = \"skip\"; " +
                  whatIsSaved());
}
