//===- New.cpp - commands that a new recipe begins with -------------------===//

#include "compiler/Driver/CommandLine/CommandLine.h"
#include "runtime/Base/Options.h"

using namespace dsc;

void dsc::addInit(CommandLine &line) {
  auto request = std::make_shared<InitRequest>();
  CLI::App &command = line.add("init", "Write a recipe to start from",
                               "Examples:\n"
                               "  dsc init\n"
                               "  dsc init char-gpt\n"
                               "  dsc init digits-mlp -o digits.toml",
                               [=] { return initCommand(*request); });
  command.add_option("template", request->name,
                     "which one; without it, list them");
  command.add_option("-o,--output", request->output,
                     "file to write [recipe.toml]");
}

/// What a configuration leaves open, or calls "auto".
static void addFills(CLI::App &command, importing::Options &options) {
  auto whole = wholeNumber(1, int64_t(1) << 40);
  auto small = wholeNumber(1, int64_t(1) << 20);
  command.add_option("--lr", options.lr, "the optimizer's learning rate")
      ->check(positiveNumber());
  command.add_option("--weight-decay", options.weightDecay, "weight decay")
      ->check(nonNegativeNumber());
  command.add_option("--clip", options.clip, "largest norm of the gradient")
      ->check(nonNegativeNumber());
  command.add_option("--total-steps", options.totalSteps, "steps of the run")
      ->transform(whole);
  command.add_option("--warmup-steps", options.warmupSteps, "of the warm-up")
      ->transform(whole);
  command.add_option("--batch", options.batch, "samples per update")
      ->transform(small);
  command
      .add_option("--micro-batch", options.microBatch,
                  "samples that a rank runs at once")
      ->transform(small);
  command
      .add_option("--accumulation", options.accumulation,
                  "micro-batches per update and rank")
      ->transform(small);
  command.add_option("-n,--ranks", options.ranks, "ranks of a run")
      ->transform(small);
  command.add_option("--auto", options.autos, "what any other \"auto\" is")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void dsc::addImport(CommandLine &line) {
  auto request = std::make_shared<ImportRequest>();
  CLI::App &command = line.add(
      "import", "Make a recipe of another tool's configuration",
      "Examples:\n"
      "  dsc import ds_config.json -o recipe.toml\n"
      "  dsc import ds_config.json --lr 3e-4 --total-steps 10000 --ranks 8\n"
      "  dsc import training_args.json --format transformers",
      [=] { return importCommand(*request); });
  command
      .add_option("file", request->options.file,
                  "ds_config.json, or TrainingArguments as JSON")
      ->required();
  command.add_option("-o,--output", request->output,
                     "a new file to write [stdout]");
  command
      .add_option("--format", request->options.format,
                  "which tool's it is [by its keys]")
      ->check(CLI::IsMember({"deepspeed", "transformers"}));
  command.add_option("--deepspeed-version", request->options.version,
                     "the release whose defaults and behaviour are meant");
  addFills(command, request->options);
}

void dsc::addSchema(CommandLine &line) {
  line.add(
      "schema", "Print the recipe language as a JSON schema",
      "An editor that knows TOML and JSON schemas completes a recipe whose "
      "first\nline is '#:schema recipe.schema.json'.\n\n"
      "Examples:\n"
      "  dsc schema > recipe.schema.json",
      schemaCommand);
}
