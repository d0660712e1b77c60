//===- Trainer.cpp - opening and resuming a run ---------------------------===//

#include "runtime/Train/Trainer.h"

#include "runtime/Base/Signals.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Base/Version.h"
#include "runtime/Collectives/Messages.h"
#include "runtime/Engine/Mirrored.h"
#include "runtime/Train/Checkpoint/Compatibility.h"
#include "runtime/Train/Exchange/StagedCommunicator.h"
#include "runtime/Train/TrainingRun.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/utsname.h>
#include <unistd.h>

using namespace dsc;

/// In which a run that is told to end has ended.
static constexpr std::chrono::seconds kEnding(10);

TrainingRun::TrainingRun(const TrainJob &job)
    : job(job), plan(*job.plan), communicator(job.openCommunicator()),
      console(job.quiet, plan.data()->tokenizer()->size() ? "tok" : "rows"),
      curve(sampleCurve(plan, job.kernels)) {
  const plan::Training &training = *plan.training();
  int64_t ranks = communicator->size();
  microBatch = training.batch() / (ranks * microBatches(training, ranks));
  if (!isFirst())
    console.silence();
  target =
      job.steps < 0 ? training.steps() : std::min(job.steps, training.steps());
  for (const plan::Evaluation *evaluation : *plan.evaluations())
    state.evaluations.push_back({evaluation->name()->str()});
}

Exit TrainingRun::run() {
  if (!findStart())
    return Exit::done;
  openParts();
  openDirectory();
  announce();
  try {
    return job.measured ? measure() : loop();
  } catch (const Error &error) {
    bool isOutside =
        error.code() == Exit::device || error.code() == Exit::storage;
    if (!isOutside || job.measured) // what only measures saves nothing
      throw;
    failWithSaved(error);
  }
}

/// Finds what to go on with. False when there is nothing left to do.
bool TrainingRun::findStart() {
  bool more = !isFirst() || findStartAlone();
  return communicator->size() > 1 ? shareStart(more) : more;
}

/// The other ranks learn from rank 0 where to start, and read it themselves.
bool TrainingRun::shareStart(bool more) {
  nlohmann::json told = {{"more", more},
                         {"checkpoint", start ? start->path : ""},
                         {"saved", savedStep},
                         {"accepted", accepted}};
  told = nlohmann::json::parse(fromFirst(*communicator, told.dump()));
  more = told["more"];
  std::string path = told["checkpoint"];
  if (isFirst() || !more)
    return more;
  accepted = told["accepted"];
  savedStep = told["saved"];
  if (!path.empty()) {
    start = openCheckpoint(path);
    state = start->manifest.state;
    state.finished = false;
  }
  return true;
}

/// Ranks whose launcher was killed save before they end, while a job's restart
/// comes at once.
LockWait TrainingRun::waitForEnding() {
  auto note = [this](const std::string &holder) {
    console.note(fmt::format("'{}' is in use by {}: waiting up to {} s for its "
                             "end",
                             directory, holder, kEnding.count()));
  };
  return {kEnding, note};
}

/// The checkpoint that was asked for, else the newest whole one, if any.
void TrainingRun::findCheckpoint() {
  std::vector<std::string> damaged;
  if (!job.place.checkpoint.empty())
    start = openCheckpoint(job.place.checkpoint);
  else if (store)
    start = store->newest(damaged);
  for (const std::string &reason : damaged)
    console.warn(reason + "; it is passed over");
  if (!start && !damaged.empty())
    throw Error(Exit::refused,
                "every checkpoint in '" + directory + "' is damaged",
                "start a new run with another --run-dir");
}

bool TrainingRun::findStartAlone() {
  directory = findRunToResume(job.place);
  if (!directory.empty()) {
    lock = std::make_unique<DirectoryLock>(directory, waitForEnding());
    store = std::make_unique<CheckpointStore>(directory);
    store->clean();
    removeUnfinishedFiles(directory);
  }
  findCheckpoint();
  if (!start) {
    if (job.place.resume)
      console.note("there is no checkpoint to resume: starting at step 0");
    return true;
  }
  accepted = checkCompatible(*start, plan, job.recipe, job.kernels, job.accept);
  state = start->manifest.state;
  if (!directory.empty())
    savedStep = state.steps;
  if (isNothingLeft())
    return false;
  state.finished = false;
  return true;
}

/// Whether all is done already that this call is asked for; says so.
bool TrainingRun::isNothingLeft() {
  bool longer = !accepted.empty() && state.steps < plan.training()->steps();
  if (state.finished && !longer) {
    if (store) {
      // A kill may have come between the last checkpoint and this.
      store->linkNewest();
      store->retain(plan.training()->keep_last(), state.steps);
    }
    console.note(fmt::format("'{}' is finished: {} steps are done", start->path,
                             state.steps));
    return true;
  }
  // What is due at the last step may still be undone.
  if (state.steps < target || (!state.evaluated && target > 0))
    return false;
  console.note(
      fmt::format("'{}' is at step {} already", start->path, state.steps));
  return true;
}

void TrainingRun::openDeviceCommunicator() {
  StepQueue *queue = device->steps();
  if (!queue || communicator->size() == 1)
    return;
  onDevice = job.openDeviceCommunicator(queue->handle());
  if (!onDevice)
    onDevice = openStaged(*queue, *communicator);
}

/// Data before the engine: a refusal should not cost LibTorch's start.
void TrainingRun::openParts() {
  stream = job.openTraining();
  for (unsigned i = 0; i < plan.evaluations()->size(); ++i)
    evaluations.push_back(job.openEvaluation(int(i)));
  engine = job.openEngine();
  ParallelFor parallelFor = [this](int64_t count, const RangeFunction &body) {
    engine->parallelFor(count, body);
  };
  device = job.openDevice(job.kernels, parallelFor,
                          memoryOfRank(plan, *communicator));
  engine = fitEngine(std::move(engine), *device);
  openDeviceCommunicator();
  parameters = std::make_unique<Parameters>(
      plan, PlacedMemory(plan, *device, *communicator), parallelFor);
  reactions = std::make_unique<Reactions>(plan, *device);
  if (start)
    restore();
  else if (plan.model()->init() && plan.model()->init()->size() > 0)
    parameters->readDirectory(plan.model()->init()->str());
  else
    parameters->initialise();
  executor = std::make_unique<Executor>(plan, *device, *engine, *communicator,
                                        onDevice.get());
  executor->setStep(state.steps);
}

void TrainingRun::restore() {
  bool lenient = std::find(accepted.begin(), accepted.end(), "optimizer") !=
                 accepted.end();
  parameters->readModel(SafetensorsFile(start->path + "/" + kModelFile));
  parameters->readOptimizer(SafetensorsFile(start->path + "/" + kOptimizerFile),
                            lenient);
  // Evaluations may have come or gone; those that stay keep their memory.
  std::vector<EvaluationState> now;
  for (const plan::Evaluation *evaluation : *plan.evaluations()) {
    now.push_back({evaluation->name()->str()});
    for (const EvaluationState &old : state.evaluations)
      if (old.name == now.back().name)
        now.back() = old;
  }
  state.evaluations = now;
  reactions->restore(start->manifest.scheduleState, now);
}

void TrainingRun::openDirectory() {
  if (!isFirst()) {
    journal = std::make_unique<Journal>("", JournalLengths());
    return;
  }
  bool here = start && !directory.empty();
  if (directory.empty()) {
    directory = makeRunDirectory(job.place);
    lock = std::make_unique<DirectoryLock>(directory);
    // Since it was looked at, another run may have begun and ended there.
    if (holdsRun(directory))
      throw Error(Exit::refused, "'" + directory + "' holds a run already",
                  "go on with it by --resume, or give another --run-dir");
    store = std::make_unique<CheckpointStore>(directory);
    makeDirectories(directory + "/checkpoints");
    if (job.place.directory.empty() &&
        nameOf(directory) != plan.name()->string_view())
      console.note(fmt::format("'{}/{}' is there already: this run goes to "
                               "'{}'",
                               kRunsFolder, plan.name()->str(), directory));
  } else {
    makeDirectories(directory + "/checkpoints");
    // Later checkpoints belong to another future than the one that starts here.
    store->discardAfter(start ? state.steps : -1);
  }
  JournalLengths lengths = here ? start->manifest.journal : JournalLengths();
  journal = std::make_unique<Journal>(directory, lengths,
                                      plan.training()->tensorboard());
  if (!journal->complete())
    console.warn("the logs in '" + directory +
                 "' are shorter than the checkpoint says: some lines are lost");
  writeRunFiles();
  linkNewestRun(directory);
  syncDirectory(directory);
}

void TrainingRun::writeRunFiles() {
  utsname machine = {};
  ::uname(&machine);
  char folder[4096] = "";
  if (!::getcwd(folder, sizeof(folder)))
    folder[0] = '\0';
  nlohmann::ordered_json json = {
      {"name", plan.name()->str()},
      {"dsc", kVersion},
      {"compiler", plan.compiler()->str()},
      {"artifact_sha256", job.artifactHash},
      {"recipe_hash", plan.fingerprint()->recipe()->str()},
      {"engine", engine->describe()},
      {"device", device->describe()},
      {"threads", engine->threads()},
      {"ranks", communicator->size()},
      {"communicator", exchange().describe()},
      {"command", job.command},
      {"directory", folder},
      {"resumed_from", start ? nlohmann::ordered_json(start->path) : nullptr},
      {"accepted", accepted},
      {"process", ::getpid()},
      {"machine",
       {{"host", machine.nodename},
        {"system", machine.sysname},
        {"release", machine.release},
        {"architecture", machine.machine}}}};
  writeFileDurably(directory + "/recipe.toml", job.recipe);
  writeFileDurably(directory + "/run.json",
                   json.dump(1, ' ', false,
                             nlohmann::ordered_json::error_handler_t::replace) +
                       "\n");
}

void TrainingRun::announce() {
  secondsBefore = state.seconds;
  began = std::chrono::steady_clock::now();
  journal->startClock(state.tokens, secondsBefore);
  int64_t elements = 0;
  for (const plan::Parameter *parameter : *plan.parameters())
    elements += parameter->size();
  // What only measures leaves no files.
  std::string title = job.measured ? plan.name()->str() : directory;
  console.note(fmt::format("{}: {} parameters, {} steps of {} samples; {}; {}",
                           title, humanCount(double(elements)),
                           plan.training()->steps(), plan.training()->batch(),
                           engine->describe(), device->describe()));
  if (communicator->size() > 1)
    console.note(fmt::format("{} ranks, {}", communicator->size(),
                             exchange().describe()));
  Event event("start");
  event.add("step", state.steps)
      .add("name", plan.name()->string_view())
      .add("dsc", kVersion)
      .add("engine", engine->describe())
      .add("device", device->describe());
  if (start) {
    event.add("resumed_from", CheckpointStore::nameOf(state.steps));
    console.note(
        fmt::format("resumed at step {} from '{}'", state.steps, start->path));
  }
  journal->write(event, seconds());
  for (const std::string &part : accepted) {
    console.warn("going on with another " + part + " than the checkpoint's");
    journal->write(
        Event("warning").add("message", "another " + part + " was accepted"),
        seconds());
  }
}

Exit dsc::train(const TrainJob &job) { return TrainingRun(job).run(); }
