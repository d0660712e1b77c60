//===- TrainingLoop.cpp - one step after another --------------------------===//

#include "runtime/Base/Limits.h"
#include "runtime/Base/Signals.h"
#include "runtime/Train/TrainingRun.h"

#include <cmath>
#include <fmt/format.h>

using namespace dsc;

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
         !(underWay.empty() && isStopAsked())) {
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
  while (!ended && state.steps < target && !isStopAsked()) {
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

/// A signal to any rank stops all of them, at the same step: where there are
/// several, what they told one another in the last one counts.
bool TrainingRun::isStopAsked() const {
  return communicator->size() > 1 ? stopAgreed : stopRequested() != 0;
}

/// This rank's micro-batches of the next step to submit. They are read before
/// the first is run: all ranks' target tokens are the weight of each.
StepBatches TrainingRun::readBatches() const {
  int64_t batch = plan.training()->batch();
  int64_t first = state.samples + int64_t(underWay.size()) * batch;
  int64_t share = batch / communicator->size();
  StepBatches batches;
  batches.micro.resize(size_t(share / microBatch));
  int64_t next = first + communicator->rank() * share;
  for (Batch &micro : batches.micro) {
    stream->read(next, microBatch, micro);
    next += microBatch;
    batches.targetTokens += micro.targetTokens;
  }
  if (communicator->size() > 1)
    batches.targetTokens = stream->countTargets(first, batch);
  batches.stopAsked = stopRequested() != 0;
  return batches;
}

/// Only the rank that writes them knows their names.
std::string TrainingRun::whatIsSaved() const {
  constexpr char kNewest[] = "the newest complete checkpoint is ";
  if (savedStep >= 0)
    return store ? fmt::format("{}'{}'", kNewest, store->pathOf(savedStep))
                 : fmt::format("{}that of step {}", kNewest, savedStep);
  return start ? fmt::format("{}'{}'", kNewest, start->path)
               : "no checkpoint was saved yet";
}

/// Of an author's formula the compiler sees every step only where the phase is
/// short. The parameters have to be spared what it missed.
bool TrainingRun::isRateGood(int64_t step) const {
  double lr = job.kernels.learningRate(plan, step);
  return lr >= 0 && lr <= kMostRate;
}

void TrainingRun::refuseLearningRate() {
  stop("diverged", Exit::diverged);
  throw Error(
      Exit::diverged,
      fmt::format("step {}: the schedule's learning rate is {:.10g}, "
                  "expected one from 0 to {:g} (phase {})",
                  state.steps, job.kernels.learningRate(plan, state.steps),
                  kMostRate, phaseOf(state.steps).name()->str()),
      "keep the phase's formula in range, as with clamp(x, low, high); " +
          whatIsSaved());
}

/// Steps are submitted ahead only as far as nothing comes between them.
bool TrainingRun::maySubmit() const {
  if (underWay.empty())
    return true;
  int64_t next = state.steps + int64_t(underWay.size());
  return int64_t(underWay.size()) < executor->depth() && !isStopAsked() &&
         next < target && !isAnythingDue(next) && isRateGood(next);
}

void TrainingRun::submitStep() {
  int64_t next = state.steps + int64_t(underWay.size());
  if (!isRateGood(next))
    refuseLearningRate();
  StepBatches batches = readBatches();
  executor->submit(next, batches);
  underWay.push_back(std::move(batches));
}

/// Makes one update, or skips it. True when it was made.
bool TrainingRun::step() {
  while (maySubmit())
    submitStep();
  StepResult result = executor->collect();
  StepBatches batches = std::move(underWay.front());
  underWay.pop_front();
  state.batches += 1;
  state.samples += plan.training()->batch();
  state.tokens += batches.targetTokens;
  stopAgreed |= result.stopAsked;
  decisions = reactions->take(result.state);
  if (!result.applied) {
    underWay.clear();
    handleNonfinite(result.loss, batches);
    executor->restart();
    return false;
  }
  state.last = {result.loss, result.learningRate, result.gradientNorm};
  state.steps += 1;
  state.skippedInARow = 0;
  state.evaluated = false;
  return true;
}

/// The device is lost or the disk full, but what was saved is there.
void TrainingRun::failWithSaved(const Error &error) const {
  std::string hint = error.hint();
  if (hint.empty() && (savedStep >= 0 || start))
    hint = "go on from it with --resume";
  throw Error(error.code(), error.what() + ("; " + whatIsSaved()), hint);
}

void TrainingRun::handleNonfinite(double loss, const StepBatches &batches) {
  std::string bad = executor->firstBadGradient(state.steps, batches);
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
