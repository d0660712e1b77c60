//===- Import.cpp - another tool's configuration as a recipe --------------===//

#include "compiler/Import/Import.h"

#include "compiler/Import/Parts.h"
#include "compiler/Recipe/Import.h"
#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::importing;

/// The newest release whose behaviour is known.
static constexpr llvm::StringLiteral newestRelease = "0.19.6";

static constexpr Placeholder placeholders[] = {
    {"model", "# [model]  # what is trained is not in the configuration\n"
              "# kind = \"gpt2\"\n# layers = 12\n# heads = 12\n# width = 768\n"
              "# context = 1024\n"},
    {"data", "# [data]\n# tokenizer = \"bytes\"\n"},
    {"data.source", "# [[data.source]]\n# kind = \"text\"\n"
                    "# path = \"corpus/*.txt\"\n"},
    {"optimizer", "# [optimizer]  # the configuration has none\n"
                  "# kind = \"adamw\"\n"},
    {"schedule", "# [schedule]  # the configuration has no learning rate\n"
                 "# peak = 3e-4\n"}};

//===----------------------------------------------------------------------===//
// What "auto" stands for
//===----------------------------------------------------------------------===//

template <typename T>
static void addFill(llvm::StringMap<Fill> &fills, const std::string &path,
                    const std::optional<T> &value, const std::string &option,
                    bool mustAgree = false, const std::string &remedy = "") {
  fills[path] = {value ? std::optional<Json>(*value) : std::nullopt, option,
                 mustAgree, remedy};
}

/// As Transformers fills them, from options instead of its arguments.
llvm::StringMap<Fill> importing::makeFills(const Options &options,
                                           bool fromTrainer, Log &log) {
  llvm::StringMap<Fill> fills;
  auto name = [&](const char *option, const char *argument) {
    return fromTrainer ? argument : option;
  };
  std::string params = "scheduler.params.";
  const char *lr = name("--lr", "learning_rate");
  // The trainer counts both from the length of the run.
  const char *needed = name("", "--total-steps");
  addFill(fills, "optimizer.params.lr", options.lr, lr, true);
  addFill(fills, "optimizer.params.weight_decay", options.weightDecay,
          name("--weight-decay", "weight_decay"), true);
  addFill(fills, params + "warmup_max_lr", options.lr, lr);
  addFill(fills, params + "warmup_min_lr", std::optional<double>(0.0), "");
  addFill(fills, params + "warmup_num_steps", options.warmupSteps,
          name("--warmup-steps", "warmup_steps"), true, needed);
  addFill(fills, params + "total_num_steps", options.totalSteps,
          "--total-steps");
  addFill(fills, "train_batch_size", options.batch, "--batch");
  addFill(fills, "train_micro_batch_size_per_gpu", options.microBatch,
          name("--micro-batch", "per_device_train_batch_size"));
  addFill(fills, "gradient_accumulation_steps", options.accumulation,
          name("--accumulation", "gradient_accumulation_steps"));
  addFill(fills, "gradient_clipping", options.clip,
          name("--clip", "max_grad_norm"), true);
  for (const std::string &argument : options.autos) {
    auto [key, text] = llvm::StringRef(argument).split('=');
    Json value = Json::parse(text.begin(), text.end(), nullptr, false);
    if (key.empty() || text.empty() || text.size() > 4096)
      log.error("--auto has " + describeName(key) +
                    ", and no value or a very long one, expected KEY=VALUE",
                "such as --auto optimizer.params.eps=1e-8");
    else
      fills[key] = {value.is_discarded() ? Json(text.str()) : value, "--auto",
                    /*mustAgree=*/true};
  }
  return fills;
}

void importing::checkAutos(const Options &options,
                           llvm::ArrayRef<const Config *> configs, Log &log) {
  for (const std::string &argument : options.autos) {
    llvm::StringRef key = llvm::StringRef(argument).split('=').first;
    if (llvm::none_of(configs, [&](const Config *c) { return c->has(key); }))
      log.error("--auto names " + describeName(key) +
                    ", which the configuration does not have",
                "it fills a key whose value is \"auto\"");
  }
}

//===----------------------------------------------------------------------===//
// The checks of the language, at the keys of the configuration
//===----------------------------------------------------------------------===//

static void addFinding(Diagnostic &diagnostic,
                       llvm::ArrayRef<std::string> origins, Log &log) {
  std::string hint, where;
  for (Diagnostic &note : diagnostic.getNotes())
    if (std::string text = note.str(); text.rfind("hint: ", 0) == 0)
      hint = text.substr(6);
  Location location = diagnostic.getLocation();
  if (auto range = location->findInstanceOf<FileLineColRange>())
    if (unsigned line = range.getStartLine();
        line >= 1 && line <= origins.size() && !origins[line - 1].empty())
      where = origins[line - 1] + ": ";
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
    log.error(where + diagnostic.str(), hint);
  else if (diagnostic.getSeverity() == DiagnosticSeverity::Warning)
    log.warn(where + diagnostic.str(), hint);
}

void importing::checkSchedule(Context &context) {
  if (!context.recipe.has("schedule"))
    return;
  std::vector<std::string> origins;
  std::string text =
      context.recipe.schedulePart(context.totalSteps.has_value(), origins);
  DialectRegistry registry;
  registry.insert<DscDialect>();
  MLIRContext mlir(registry, MLIRContext::Threading::DISABLED);
  mlir.loadAllAvailableDialects();
  ScopedDiagnosticHandler handler(&mlir, [&](Diagnostic &diagnostic) {
    addFinding(diagnostic, origins, context.log);
    return success();
  });
  std::optional<TomlValue> root = parseToml(mlir, text, "recipe.toml");
  if (!root)
    return;
  ImportedRecipe imported = importRecipe(mlir, *root, "recipe.toml");
  RecipeOp recipe = findRecipe(*imported.module);
  ResolveOptions options{.scheduleOnly = true, .partial = true};
  if (imported.complete && succeeded(resolveDefaults(recipe, options)) &&
      succeeded(resolveLengths(recipe, options)))
    (void)resolveSchedule(recipe, options);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// By keys that only one of them has.
static std::string detectFormat(const Json &root) {
  for (const char *key :
       {"learning_rate", "per_device_train_batch_size", "num_train_epochs",
        "output_dir", "lr_scheduler_type", "max_steps"})
    if (root.contains(key))
      return "transformers";
  return "deepspeed";
}

static std::string headingOf(const Options &options) {
  llvm::StringRef name = llvm::sys::path::filename(options.file);
  std::string plain;
  for (char c : name.take_front(100))
    plain += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return "Imported from " + plain +
         ": fill in what is commented, then dsc check.";
}

std::string importing::importConfiguration(const Options &options, Log &log) {
  llvm::VersionTuple release;
  if (release.tryParse(options.version.empty() ? llvm::StringRef(newestRelease)
                                               : options.version)) {
    log.error("--deepspeed-version is " + describeName(options.version) +
                  ", expected a release",
              "such as " + newestRelease);
    return "";
  }
  std::optional<Json> root = readJsonFile(options.file, log);
  if (!root)
    return "";
  std::string format =
      options.format.empty() ? detectFormat(*root) : options.format;
  bool deepSpeed = format == "deepspeed";
  Config config(*root, deepSpeed ? "DeepSpeed" : "Transformers",
                makeFills(options, /*fromTrainer=*/false, log), log);
  RecipeText recipe(log);
  recipe.addSource(*root);
  Context context{options, config, recipe, log, release};
  if (deepSpeed)
    importDeepSpeed(context);
  else
    importTransformers(context);
  config.finish(deepSpeed ? deepSpeedKeys() : transformersKeys());
  if (log.hasErrors())
    return "";
  checkSchedule(context);
  if (log.hasErrors())
    return "";
  return recipe.str(headingOf(options), placeholders);
}
