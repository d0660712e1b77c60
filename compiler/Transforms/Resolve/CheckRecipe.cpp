//===- CheckRecipe.cpp - what no table can check by itself ----------------===//

#include "compiler/Transforms/Resolve/CheckParallel.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace dsc;

namespace {

class RecipeChecker {
public:
  RecipeChecker(RecipeOp recipe, const ResolveOptions &options)
      : recipe(recipe), scheduleOnly(options.scheduleOnly),
        train(findTable<TrainOp>(recipe)), report(options.partial) {}

  LogicalResult run();

private:
  void checkNames();
  void checkTablesPresent();
  template <typename TableType> void require(StringRef title, StringRef remedy);
  void checkSchedule();
  void checkTrain();
  void checkSources();
  void checkRepeat(SourceInterface source);
  void checkEval(EvalOp eval);
  void checkOwnSource(EvalOp eval);
  void checkHoldout(EvalOp eval);
  void checkGroups();
  void checkBetas(GroupOp group);

  RecipeOp recipe;
  bool scheduleOnly;
  TrainOp train;
  Report report;
};

} // namespace

//===----------------------------------------------------------------------===//
// Names, tables
//===----------------------------------------------------------------------===//

/// Names become files, symbols and columns. Letters of any language may be in
/// them.
static bool isPlainName(StringRef name) {
  return !name.empty() && name.size() <= 100 && llvm::all_of(name, [](char c) {
    return llvm::isAlnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
           StringRef("-_. ").contains(c);
  });
}

void RecipeChecker::checkNames() {
  StringRef name = recipe.getName().value_or("");
  if (recipe.getName() &&
      (!isPlainName(name) || name.starts_with(".") || name.contains(' ')))
    report.error(recipe, "name",
                 "'name' is " + quoteName(name) +
                     ", expected letters, digits, '-', '_' and '.', none of "
                     "them '.' at the start",
                 "it names a file and a folder");
  if (name == "last")
    report.error(recipe, "name",
                 "'name' is 'last', which always names the newest run",
                 "give it another name");
  for (Operation &table : recipe.getBody().front())
    if (table.hasAttr("name") && !isPlainName(dsc::getName(&table)))
      report.error(&table, "name",
                   "'name' is " + quoteName(dsc::getName(&table)) +
                       ", expected up to 100 letters, digits, '-', '_', '.' "
                       "and spaces");
}

template <typename TableType>
void RecipeChecker::require(StringRef title, StringRef remedy) {
  if (!findTable<TableType>(recipe))
    report.absent(recipe, "", "the recipe has no " + title, remedy);
}

void RecipeChecker::checkTablesPresent() {
  if (!scheduleOnly) {
    require<ModelInterface>("[model]",
                            "such as kind = \"gpt2\", layers = 4, heads "
                            "= 4, width = 128, context = 64");
    require<SourceInterface>(
        "[[data.source]]", "such as kind = \"text\", path = \"corpus/*.txt\"");
    require<OptimizerInterface>("[optimizer]", "such as kind = \"adamw\"");
  }
  if (!findTable<DeepSpeedOp>(recipe))
    require<ScheduleOp>("[schedule]", "such as peak = 3e-4");
  require<TrainOp>("[train]", "such as length = \"1000 steps\", batch = 32");
}

void RecipeChecker::checkSchedule() {
  auto schedule = findTable<ScheduleOp>(recipe);
  if (schedule && !findTable<PhaseInterface>(recipe))
    report.error(schedule, "peak",
                 "[schedule] has neither 'peak' nor a [[schedule.phase]]",
                 "write peak = 3e-4 for a constant learning rate");
}

//===----------------------------------------------------------------------===//
// [train]
//===----------------------------------------------------------------------===//

/// Names of the machines that this dsc was built for.
static SmallVector<StringRef> listBackends() {
  SmallVector<StringRef> names;
  StringRef(DSC_BACKENDS).split(names, ',', -1, /*KeepEmpty=*/false);
  return names;
}

void RecipeChecker::checkTrain() {
  if (!train)
    return;
  StringRef precision = train.getPrecision().value_or("f32");
  if (precision != "f32" && precision != "bf16-mixed")
    report.error(train, "precision",
                 "'precision' is \"" + precision +
                     "\", which is not supported yet",
                 "write \"f32\" or \"bf16-mixed\"");
  StringRef device = train.getDevice().value_or("auto");
  SmallVector<StringRef> backends = listBackends();
  if (device == "auto" || llvm::is_contained(backends, device))
    return;
  report.error(train, "device",
               "'device' is " + quoteName(device) + ", expected 'auto' or " +
                   llvm::join(backends, ", "));
}

//===----------------------------------------------------------------------===//
// Data and evaluation
//===----------------------------------------------------------------------===//

void RecipeChecker::checkRepeat(SourceInterface source) {
  auto repeat = source->getAttrOfType<BoolAttr>("repeat");
  if (!repeat || repeat.getValue() || !train || !train.getSteps() ||
      !train.getEpochSteps())
    return;
  int64_t steps = *train.getSteps(), epoch = *train.getEpochSteps();
  if (steps > epoch)
    report.error(source, "repeat",
                 "'repeat' is false, but the run of " + countOf(steps, "step") +
                     " is longer than the data, which is " +
                     countOf(epoch, "step"),
                 "write repeat = true, or a shorter train.length");
}

void RecipeChecker::checkSources() {
  auto sources = listTables<SourceInterface>(recipe);
  if (sources.size() > 1)
    report.error(
        sources[1], "",
        "more than one [[data.source]] to train on is not supported yet",
        "files of one kind fit in one source: path takes globs");
  for (auto source : sources) {
    auto weight = source->getAttrOfType<FloatAttr>("weight");
    if (weight && weight.getValueAsDouble() != 1)
      report.error(source, "weight",
                   "a 'weight' other than 1 is not supported yet",
                   "leave the key out");
    checkRepeat(source);
  }
}

/// An evaluation of a source's holdout.
void RecipeChecker::checkHoldout(EvalOp eval) {
  for (StringRef key : {"kind", "path", "record", "field", "limit"})
    if (eval->hasAttr(key))
      report.error(eval, key,
                   "'" + key +
                       "' and 'source' both say what is evaluated, "
                       "expected one of them",
                   "leave '" + key + "' out to evaluate the source's holdout");
  SmallVector<StringRef> names;
  for (auto source : listTables<SourceInterface>(recipe)) {
    names.push_back(dsc::getName(source));
    if (names.back() != *eval.getSource())
      continue;
    auto holdout = source->getAttrOfType<FloatAttr>("holdout");
    if (!holdout || holdout.getValueAsDouble() == 0)
      report.error(eval, "source",
                   "source " + quoteName(names.back()) +
                       " holds nothing out to evaluate on",
                   "write holdout = \"5%\" in its [[data.source]]");
    return;
  }
  std::string near = nearestName(*eval.getSource(), names);
  SmallVector<std::string> quoted;
  for (StringRef name : names)
    quoted.push_back(quoteName(name));
  report.absent(eval, "source",
                "no [[data.source]] is named " + quoteName(*eval.getSource()) +
                    (names.empty()
                         ? std::string()
                         : ", expected " + llvm::join(quoted, " or ")),
                near.empty() ? std::string() : "did you mean '" + near + "'?");
}

void RecipeChecker::checkOwnSource(EvalOp eval) {
  if (!eval.getKind() && !eval.getPath())
    return report.error(
        eval, "source",
        "an [[eval]] has neither 'source' nor 'kind' and 'path'",
        "write source = and the name of a [[data.source]]");
  if (!eval.getKind() || !eval.getPath())
    return report.error(eval, eval.getKind() ? "kind" : "path",
                        "a source of its own has 'kind' and 'path', expected "
                        "both",
                        eval.getKind() ? "write path = \"...\""
                                       : "write kind = \"text\"");
  StringRef kind = *eval.getKind();
  StringRef foreign = kind == "csv" ? "record" : "field";
  if (eval->hasAttr(foreign))
    report.error(eval, foreign,
                 "'" + foreign + "' is no key of a source of kind '" + kind +
                     "'");
  auto training = findTable<SourceInterface>(recipe);
  if (training && training.getSourceKind() != kind)
    report.error(eval, "kind",
                 "'kind' is \"" + kind + "\", but the model trains on \"" +
                     training.getSourceKind() + "\"");
}

void RecipeChecker::checkEval(EvalOp eval) {
  if (eval.getSource())
    checkHoldout(eval);
  else
    checkOwnSource(eval);
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

void RecipeChecker::checkBetas(GroupOp group) {
  ArrayAttr betas = group.getBetasAttr();
  auto optimizer = findTable<OptimizerInterface>(recipe);
  if (!betas || !optimizer)
    return;
  auto known = optimizer->getRegisteredInfo()->getAttributeNames();
  if (llvm::none_of(known, [](StringAttr name) { return name == "betas"; }))
    report.error(group, "betas",
                 "optimizer '" + getKind(optimizer) + "' has no betas");
}

void RecipeChecker::checkGroups() {
  for (auto group : listTables<GroupOp>(recipe)) {
    // What parameters of no group are in, and what joins names.
    if (group.getName() == "default")
      report.error(group, "name",
                   "a group is named 'default', which is what parameters of no "
                   "group are in",
                   "give it another name");
    checkBetas(group);
  }
}

LogicalResult RecipeChecker::run() {
  checkNames();
  checkTablesPresent();
  checkSchedule();
  checkParallel(recipe, report);
  checkTrain();
  checkGroups();
  if (scheduleOnly)
    return report.result();
  checkSources();
  llvm::StringSet<> names;
  for (auto eval : listTables<EvalOp>(recipe)) {
    checkEval(eval);
    StringRef name = eval.getName().value_or("");
    if (!name.empty() && !names.insert(name).second)
      report.error(eval, "name",
                   "a second [[eval]] is named " + quoteName(name),
                   "give it a name of its own");
  }
  return report.result();
}

LogicalResult dsc::checkRecipe(RecipeOp recipe, const ResolveOptions &options) {
  return RecipeChecker(recipe, options).run();
}

LogicalResult dsc::resolveRecipe(ModuleOp module,
                                 const ResolveOptions &options) {
  RecipeOp recipe = findRecipe(module);
  if (!recipe)
    return module.emitError("found no recipe to resolve");
  bool resolved = true;
  for (auto step : {resolveDefaults, surveyData, resolveLengths,
                    resolveSchedule, resolveReactions, checkRecipe})
    resolved &= succeeded(step(recipe, options));
  return success(resolved);
}
