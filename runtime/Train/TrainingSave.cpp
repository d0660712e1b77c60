//===- TrainingSave.cpp - what happens between two steps ------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Base/Signals.h"
#include "runtime/Collectives/Messages.h"
#include "runtime/Train/TrainingRun.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;

double TrainingRun::seconds() const {
  return secondsBefore +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - began)
             .count();
}

/// Whether the events and metrics want the update that led to `steps`.
static bool isLogged(const plan::Plan &plan, int64_t steps) {
  return steps % plan.training()->log_every() == 0 ||
         steps == plan.training()->steps();
}

/// What the schedule made of the metrics before the update of `step`.
void TrainingRun::journalDecisions(int64_t step) {
  for (const plan::Reaction *reaction : decisions) {
    std::string phase = reaction->phase()->size() > 0
                            ? reaction->phase()->str()
                            : phaseOf(step).name()->str();
    double value = reactions->valueOf(*reaction);
    journal->write(Event("decision")
                       .add("step", step)
                       .add("what", reaction->what()->string_view())
                       .add("phase", phase)
                       .add("metric", reaction->metric()->string_view())
                       .add("value", value)
                       .add("state", reactions->stateOf(*reaction)),
                   seconds());
    console.note(fmt::format("step {}: {} in phase {}, {} is {:.6g}", step,
                             reaction->what()->string_view(), phase,
                             reaction->metric()->string_view(), value));
  }
  decisions.clear();
}

void TrainingRun::journalStep() {
  int64_t made = state.steps - 1;
  journalDecisions(made);
  const plan::Phase &phase = phaseOf(made);
  if (made == 0 || &phaseOf(made - 1) != &phase)
    journal->write(Event("phase")
                       .add("step", made)
                       .add("name", phase.name()->string_view())
                       .add("kind", phase.kind()->string_view())
                       .add("length", phase.end() - phase.begin())
                       .add("lr", state.last.learningRate),
                   seconds());
  if (isLogged(plan, state.steps)) {
    journal->write(Event("step")
                       .add("step", made)
                       .add("loss", state.last.loss)
                       .add("lr", state.last.learningRate)
                       .add("phase", phase.name()->string_view())
                       .add("grad_norm", state.last.gradientNorm)
                       .add("tokens", state.tokens),
                   seconds());
    journal->chart({state.steps, state.last.loss, state.last.learningRate,
                    state.last.gradientNorm, state.tokens, seconds()});
  }
  console.progress({state.steps, plan.training()->steps(), state.last.loss,
                    state.last.learningRate, phase.name()->str(), state.tokens},
                   state.steps == target);
  beforeEvaluations = journal->lengths();
  evaluationsBefore = state.evaluations;
}

bool TrainingRun::isDue(const plan::Evaluation &evaluation,
                        int64_t steps) const {
  if (steps == 0)
    return evaluation.at_start();
  return steps % evaluation.every() == 0 || steps == plan.training()->steps();
}

bool TrainingRun::isCheckpointDue(int64_t steps) const {
  return steps > 0 && steps % plan.training()->checkpoint_every() == 0;
}

/// Whether the update that led to `steps` is followed by more than the next.
bool TrainingRun::isAnythingDue(int64_t steps) const {
  const auto &all = *plan.evaluations();
  return isCheckpointDue(steps) || steps == plan.training()->steps() ||
         std::any_of(all.begin(), all.end(),
                     [&](const plan::Evaluation *evaluation) {
                       return isDue(*evaluation, steps);
                     });
}

void TrainingRun::noteLoss(int index, double loss) {
  EvaluationState &memory = state.evaluations[index];
  memory.last = loss;
  memory.count += 1;
  reactions->setEvaluation(memory);
  if (!memory.seen || loss < memory.best) {
    memory.seen = true;
    memory.best = loss;
    memory.sinceBest = 0;
    return;
  }
  memory.sinceBest += 1;
  int64_t patience = plan.evaluations()->Get(index)->stop_after();
  if (patience >= 0 && memory.sinceBest >= patience) {
    console.note(fmt::format("{} has not improved in {} evaluations: the run "
                             "ends",
                             memory.name, memory.sinceBest));
    journal->write(
        Event("decision")
            .add("step", state.steps)
            .add("what", "stop_after")
            .add("phase", phaseOf(std::max<int64_t>(state.steps - 1, 0))
                              .name()
                              ->string_view())
            .add("metric", "eval/" + memory.name + "/loss")
            .add("value", loss)
            .add("state", NamedValues{{"best", memory.best},
                                      {"bad", double(memory.sinceBest)}}),
        seconds());
    state.finished = true;
  }
}

/// False when a signal came in between; what was done is then done again.
bool TrainingRun::runEvaluations(std::optional<double> &firstLoss) {
  for (unsigned i = 0; i < plan.evaluations()->size(); ++i) {
    const plan::Evaluation &evaluation = *plan.evaluations()->Get(i);
    if (!isDue(evaluation, state.steps))
      continue;
    auto result = executor->evaluate(*evaluations[i], microBatch, [this] {
      return isAny(*communicator, stopRequested() != 0);
    });
    if (!result)
      return false;
    if (i == 0)
      firstLoss = result->loss;
    journal->write(Event("eval")
                       .add("step", state.steps)
                       .add("name", evaluation.name()->string_view())
                       .add("loss", result->loss)
                       .add("tokens", result->tokens)
                       .add("samples", result->samples),
                   seconds());
    journal->chartEvaluation(evaluation.name()->str(), state.steps,
                             result->loss);
    console.note(fmt::format("eval {} after {} steps: loss {:.4f}",
                             evaluation.name()->str(), state.steps,
                             result->loss));
    noteLoss(int(i), result->loss);
  }
  return true;
}

/// Everything that is due at `state.steps`: evaluations, the metrics row, a
/// checkpoint.
TrainingRun::After TrainingRun::settleStep() {
  std::optional<double> validation;
  if (!runEvaluations(validation)) {
    state.evaluations = evaluationsBefore;
    state.finished = false;
    return After::interrupted;
  }
  state.evaluated = true;
  if (state.steps > 0 && (validation || isLogged(plan, state.steps)))
    journal->write(MetricsRow{state.steps - 1, state.last.loss, validation,
                              state.last.learningRate, state.last.gradientNorm,
                              state.tokens, seconds()});
  state.finished |= state.steps == plan.training()->steps();
  if (state.finished || isCheckpointDue(state.steps)) {
    journal->write(Event("checkpoint")
                       .add("step", state.steps)
                       .add("name", CheckpointStore::nameOf(state.steps)),
                   seconds());
    save(/*scheduled=*/true, journal->lengths());
  }
  return After::goOn;
}

/// `lengths` is what a resume keeps of the logs. What a signal saved in between
/// has its event beyond it, so that the logs end up as if it had not come.
void TrainingRun::save(bool scheduled, JournalLengths lengths) {
  if (!scheduled)
    journal->write(Event("checkpoint")
                       .add("step", state.steps)
                       .add("name", CheckpointStore::nameOf(state.steps))
                       .addFlag("scheduled", false),
                   seconds());
  journal->drain();
  executor->settle();
  if (isFirst())
    writeAtOnce(scheduled, lengths);
  else
    sendTensors();
  savedStep = state.steps; // on all ranks
}

/// A checkpoint is there as a whole or not at all.
void TrainingRun::writeAtOnce(bool scheduled, JournalLengths lengths) {
  std::string path = store->begin(state.steps);
  try {
    writeCheckpoint(path, scheduled, lengths);
  } catch (const Error &) {
    removeTree(path); // a full disk needs the room
    throw;
  }
  store->commit(state.steps);
  savedStep = state.steps;
  store->retain(plan.training()->keep_last(), state.steps);
}

/// What the first rank's writeCheckpoint() asks of the others.
void TrainingRun::sendTensors() {
  parameters->writeModel("");
  parameters->writeOptimizer("");
}

void TrainingRun::writeCheckpoint(const std::string &path, bool scheduled,
                                  JournalLengths lengths) {
  Manifest manifest = manifestOf(plan, job.recipe, curve);
  manifest.state = state;
  manifest.state.seconds = seconds();
  manifest.scheduled = scheduled;
  manifest.journal = lengths;
  manifest.scheduleState = reactions->namedState();
  manifest.files[kModelFile] = parameters->writeModel(path + "/" + kModelFile);
  manifest.files[kOptimizerFile] =
      parameters->writeOptimizer(path + "/" + kOptimizerFile);
  std::string config = plan.model()->config()->str();
  writeFileDurably(path + "/" + kConfigFile, config);
  manifest.files[kConfigFile] = {config.size(), sha256Hex(config)};
  writeFileDurably(path + "/" + kManifestFile, writeManifest(manifest));
}

void TrainingRun::stop(const char *reason, Exit code) {
  journal->write(Event("stop")
                     .add("step", state.steps)
                     .add("reason", reason)
                     .add("exit", int64_t(code)),
                 seconds());
  journal->drain();
  if (code == Exit::diverged)
    return;
  std::string text =
      code == Exit::stopped
          ? "stopped by a signal; saved, go on with --resume"
          : fmt::format("{} steps in {:.1f} s", state.steps, seconds());
  if (!isFirst())
    return;
  console.note(fmt::format("{}: '{}'", text, store->pathOf(state.steps)));
  auto times = executor->exchangeTimes();
  if (times && communicator->size() > 1)
    console.note(fmt::format("exchanges beside the steps took {:.3f} s, of "
                             "which {:.3f} s held them up; {:.3f} s more went "
                             "to waiting for other ranks",
                             times->exchanging, times->heldUp, times->waiting));
}
