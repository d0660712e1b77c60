//===- Launch.cpp - the command line of dsc-run ---------------------------===//

#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Limits.h"
#include "runtime/Base/Options.h"
#include "runtime/Base/Stdout.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Base/Version.h"
#include "runtime/Launch/Commands/Commands.h"

#include <cstdio>
#include <functional>
#include <limits>
#include <system_error>
#include <unistd.h>

using namespace dsc;

namespace {

/// The commands of this program: each binds its options and names its function.
class LaunchCommandLine {
public:
  /// `own` is this program's file when it is a training binary itself: its
  /// options are those of `dsc run`.
  explicit LaunchCommandLine(const std::string &own);
  Exit run(int argc, char **argv);

private:
  CLI::App *add(const char *name, const char *what, const char *examples);
  void addRunOptions(CLI::App &command);
  void addRun();
  void addRangeTest();
  void addSample();
  void addInspect();
  void addData();
  void addReport();
  void addDoctor();

  CLI::App app{"runs training binaries"};
  RunCommand runCommand;
  SampleCommand sample;
  InspectCommand inspect;
  DataShowCommand data;
  ReportCommand reported;
  bool binaryGiven = false;
  std::function<Exit()> action;
};

} // namespace

/// More than anybody reads.
static constexpr int64_t kMostTokens = int64_t(1) << 32;

static constexpr char kRunExamples[] =
    "examples:\n"
    "  dsc run                                   the newest binary, a new run\n"
    "  dsc run dsc-out/char-gpt --run-dir runs/a\n"
    "  dsc run --resume                          go on where it stopped\n"
    "  dsc run --resume --accept schedule        with the recipe's new "
    "schedule\n"
    "  dsc run -n 4                              on four ranks of this host\n"
    "  dsc run --steps 100 --engine synthetic    100 steps without LibTorch\n";

LaunchCommandLine::LaunchCommandLine(const std::string &own) {
  app.set_version_flag("--version", std::string("dsc ") + kVersion);
  if (!own.empty()) {
    app.name(nameOf(own));
    app.description("a training binary; it takes the options of 'dsc run'");
    app.footer("'dsc inspect " + own + "' shows what it holds");
    runCommand.binary = own;
    binaryGiven = true;
    addRunOptions(app);
    action = [this] { return runTraining(runCommand); };
    return;
  }
  app.name("dsc");
  app.require_subcommand(1);
  addRun();
  addRangeTest();
  addSample();
  addInspect();
  addData();
  addReport();
  addDoctor();
}

CLI::App *LaunchCommandLine::add(const char *name, const char *what,
                                 const char *examples) {
  CLI::App *command = app.add_subcommand(name, what);
  command->footer(examples);
  return command;
}

static CLI::Option *addBinary(CLI::App &command, std::string &binary) {
  return command
      .add_option("binary", binary,
                  std::string("a training binary (") + kDefaultBinary + ")")
      ->type_name("BINARY");
}

static void addDevice(CLI::App &command, std::string &device) {
  command
      .add_option("--device", device,
                  "what to compute on (the recipe's; 'dsc doctor' lists them)")
      ->type_name("NAME");
}

static void addEngine(CLI::App &command, std::string &engine) {
  command.add_option("--engine", engine, "an engine's library, or 'synthetic'")
      ->type_name("PATH");
}

void LaunchCommandLine::addRunOptions(CLI::App &command) {
  command
      .add_option("-n", runCommand.ranks,
                  "ranks on this host (the recipe's parallel.data)")
      ->type_name("RANKS")
      ->transform(wholeNumber(1, kMostRanksOfHost));
  command
      .add_option("--run-dir", runCommand.runDirectory,
                  "where the run keeps its files (runs/NAME, or the next free "
                  "runs/NAME-2 ...)")
      ->type_name("DIR");
  command
      .add_option("--steps", runCommand.steps,
                  "stop after update K - 1 of the whole schedule, and save")
      ->type_name("K")
      ->transform(wholeNumber(0, kMostSteps));
  command
      .add_option_function<std::vector<std::string>>(
          "--resume",
          [this](const std::vector<std::string> &paths) {
            runCommand.resume = true;
            if (!paths.empty())
              runCommand.checkpoint = paths.front();
          },
          "go on from a checkpoint (the newest whole one; start when there is "
          "none)")
      ->type_name("[CHECKPOINT]")
      ->expected(0, 1);
  command
      .add_option("--accept", runCommand.accept,
                  "resume although this differs: schedule, data, batch, "
                  "optimizer")
      ->type_name("WHAT,...");
  addDevice(command, runCommand.device);
  addEngine(command, runCommand.engine);
  command
      .add_option("--communicator", runCommand.communicator,
                  "by what ranks exchange: shared-memory or gloo, or what a "
                  "device has for its own memory (the best one that there is)")
      ->type_name("NAME");
  command.add_flag("--quiet", runCommand.quiet, "only warnings and errors");
}

/// What `dsc lr-find` starts for each of its tests: no command for people.
void LaunchCommandLine::addRangeTest() {
  CLI::App *command = add("range-test", "run the ramp of 'dsc lr-find'", "");
  command->group("");
  addBinary(*command, runCommand.binary);
  addRunOptions(*command);
  command->callback([this] {
    runCommand.rangeTest = true;
    action = [this] { return runTraining(runCommand); };
  });
}

void LaunchCommandLine::addRun() {
  CLI::App *command = add("run", "train", kRunExamples);
  CLI::Option *binary = addBinary(*command, runCommand.binary);
  addRunOptions(*command);
  command->callback([this, binary] {
    binaryGiven = binary->count() > 0;
    action = [this] { return runTraining(runCommand); };
  });
}

void LaunchCommandLine::addSample() {
  CLI::App *command =
      add("sample", "let a model write",
          "examples:\n"
          "  dsc sample dsc-out/char-gpt --prompt 'un'\n"
          "  dsc sample dsc-out/char-gpt --temperature 0 --tokens 50\n");
  addBinary(*command, sample.binary);
  command
      ->add_option("--checkpoint", sample.checkpoint,
                   "a checkpoint (the newest of the newest run)")
      ->type_name("C");
  command->add_option("--prompt", sample.prompt, "text to go on from")
      ->type_name("TEXT");
  command->add_option("--tokens", sample.tokens, "how many to write (300)")
      ->type_name("N")
      ->transform(wholeNumber(0, kMostTokens));
  command->add_option("--seed", sample.seed, "another seed, another text (0)")
      ->type_name("S")
      ->transform(wholeNumber(0, std::numeric_limits<int64_t>::max()));
  command
      ->add_option("--temperature", sample.temperature,
                   "0 takes the likeliest token each time (0.8)")
      ->type_name("T")
      ->check(nonNegativeNumber());
  addDevice(*command, sample.device);
  addEngine(*command, sample.engine);
  command->callback([this] { action = [this] { return runSample(sample); }; });
}

void LaunchCommandLine::addInspect() {
  CLI::App *command = add("inspect", "show what a training binary holds",
                          "examples:\n"
                          "  dsc inspect dsc-out/char-gpt\n"
                          "  dsc inspect dsc-out/char-gpt --json\n"
                          "  dsc inspect -n 2      whose part of a bucket is "
                          "which\n");
  addBinary(*command, inspect.binary);
  command->add_option("-n", inspect.ranks, "show the parts of so many ranks")
      ->type_name("RANKS")
      ->transform(wholeNumber(1, kMostRanksOfHost));
  command->add_flag("--json", inspect.json, "for programs");
  command->callback(
      [this] { action = [this] { return runInspect(inspect); }; });
}

void LaunchCommandLine::addData() {
  CLI::App *group = add("data", "the data of a training binary", "");
  group->require_subcommand(1);
  CLI::App *command =
      group->add_subcommand("show", "the exact batches that training will see");
  command->footer("examples:\n"
                  "  dsc data show recipe.toml\n"
                  "  dsc data show recipe.toml --steps 10 -o "
                  "batches.safetensors\n");
  addBinary(*command, data.binary);
  command->add_option("--steps", data.steps, "how many (1)")
      ->type_name("K")
      ->transform(wholeNumber(0, kMostSteps));
  command->add_option("-o", data.output, "write inputs and targets")
      ->type_name("FILE.safetensors");
  command->callback([this] { action = [this] { return runDataShow(data); }; });
}

void LaunchCommandLine::addReport() {
  CLI::App *command = add("report", "show runs beside each other",
                          "examples:\n"
                          "  dsc report runs/last\n"
                          "  dsc report runs/* -o runs.html\n");
  command->add_option("runs", reported.runs, "directories of runs")
      ->required()
      ->type_name("RUN [RUN...]");
  command->add_option("-o", reported.output, "write a page as well")
      ->type_name("FILE.html");
  command->callback(
      [this] { action = [this] { return runReport(reported); }; });
}

void LaunchCommandLine::addDoctor() {
  CLI::App *command = add("doctor", "say whether this machine can train",
                          "examples:\n  dsc doctor\n");
  command->callback([this] { action = runDoctor; });
}

/// `--resume BINARY` reads like `--resume CHECKPOINT`; a training binary is not
/// a checkpoint.
static void untangleResume(RunCommand &command, bool binaryGiven) {
  if (binaryGiven || command.checkpoint.empty() ||
      !isTrainingBinary(command.checkpoint))
    return;
  command.binary = command.checkpoint;
  command.checkpoint.clear();
}

Exit LaunchCommandLine::run(int argc, char **argv) {
  runCommand.arguments = argv;
  for (int i = 0; i < argc; ++i)
    runCommand.commandLine += (i ? " " : "") + std::string(argv[i]);
  if (!parseOptions(app, argc, argv))
    return Exit::done;
  untangleResume(runCommand, binaryGiven);
  return action();
}

static void report(const std::string &message, const std::string &hint) {
  bool color = wantsColor(STDERR_FILENO);
  std::string text = std::string("dsc: ") +
                     (color ? "\033[31merror\033[0m: " : "error: ") + message +
                     "\n";
  if (!hint.empty())
    text += "dsc: hint: " + hint + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

/// What was asked for may not have reached stdout.
static Exit runAndFlush(const std::string &own, int argc, char **argv) {
  try {
    Exit code = LaunchCommandLine(own).run(argc, argv);
    flushStdout();
    return code;
  } catch (const std::system_error &error) {
    // A text that is longer than stdout's buffer fails while it is printed.
    if (!std::ferror(stdout))
      throw;
    checkStdout(error.code().value());
    return Exit::done;
  }
}

int dsc::launch(int argc, char **argv) {
  try {
    std::string self = programPath();
    // Under another name than its own this program is a training binary, or one
    // that lost its end, which opening it will say.
    bool launcher = self.substr(self.rfind('/') + 1) == "dsc-run";
    bool binary = isTrainingBinary(self) || !launcher;
    return int(runAndFlush(binary ? self : "", argc, argv));
  } catch (const Error &error) {
    report(error.what(), error.hint());
    return int(error.code());
  } catch (const std::bad_alloc &) {
    report("there is not enough memory", "a smaller train.micro_batch needs "
                                         "less");
    return int(Exit::device);
  } catch (const std::exception &error) {
    report(std::string("an internal fault: ") + error.what(), "");
    return int(Exit::internal);
  }
}
