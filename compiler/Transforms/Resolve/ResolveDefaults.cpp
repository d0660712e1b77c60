//===- ResolveDefaults.cpp - every key gets a value -----------------------===//

#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"

#include "compiler/Recipe/Convert.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Macros/Expansion.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace dsc;

namespace {

class DefaultsResolver {
public:
  explicit DefaultsResolver(RecipeOp recipe)
      : recipe(recipe), builder(recipe.getContext()) {}

  LogicalResult run(bool scheduleOnly);

private:
  void checkTables();
  void addTable(StringRef opName);
  void addConstantPhase();
  bool hasPhases();
  void expandMacros();
  void fillFromTable(Operation *table);
  void fillName(Operation *table);
  void nameRecipe();
  void fillSequence();
  void fillInclusive();

  void setText(Operation *table, StringRef key, const Twine &value) {
    table->setAttr(key, builder.getStringAttr(value));
  }

  RecipeOp recipe;
  OpBuilder builder;
  Report report;
};

} // namespace

/// MLIR's verifier would stop at the first table that fails.
void DefaultsResolver::checkTables() {
  for (Operation &table : recipe.getBody().front())
    if (failed(verify(&table, /*verifyRecursively=*/false)))
      report.fail();
}

/// Where a table at `path` belongs in the order in which recipes are printed.
static Operation *findSuccessor(RecipeOp recipe, StringRef path) {
  SmallVector<StringRef> order = getTablePaths();
  auto *own = llvm::find(order, path);
  for (Operation &table : recipe.getBody().front()) {
    const TableInfo *info = findTableOfOp(table.getName().getStringRef());
    if (info && llvm::find(order, StringRef(info->path)) > own)
      return &table;
  }
  return nullptr;
}

/// The table has no place: its keys are all defaults.
void DefaultsResolver::addTable(StringRef opName) {
  for (Operation &table : recipe.getBody().front())
    if (table.getName().getStringRef() == opName)
      return;
  const TableInfo *info = findTableOfOp(opName);
  if (Operation *successor = findSuccessor(recipe, info->path))
    builder.setInsertionPoint(successor);
  else
    builder.setInsertionPointToEnd(&recipe.getBody().front());
  Location place =
      FusedLoc::get({getKeyLocation(recipe, "")}, builder.getDictionaryAttr({}),
                    recipe.getContext());
  builder.create(OperationState(place, opName));
}

/// Phases that only multiply others leave the schedule itself to the peak.
bool DefaultsResolver::hasPhases() {
  for (Operation &table : recipe.getBody().front())
    if (isa<MacroInterface>(table) ||
        (isa<PhaseInterface>(table) && !table.hasAttr("multiplier")))
      return true;
  return false;
}

/// A schedule of nothing but `peak`.
void DefaultsResolver::addConstantPhase() {
  auto schedule = findTable<ScheduleOp>(recipe);
  if (!schedule || !schedule.getPeak() || hasPhases())
    return;
  builder.setInsertionPointAfter(schedule);
  auto phase = cast<ConstantOp>(
      builder.create(OperationState(schedule.getLoc(), "dsc.constant")));
  phase->setAttr("length", LengthAttr::get(recipe.getContext(),
                                           builder.getF64FloatAttr(0), "rest"));
}

/// True for a default that something else stands in for.
static bool isReplaced(Operation *table, StringRef key) {
  // betas holds both.
  if (key == "beta2")
    return table->hasAttr("betas");
  // Rows are no text.
  if (key == "tokenizer") {
    auto sources =
        listTables<SourceInterface>(table->getParentOfType<RecipeOp>());
    return !sources.empty() &&
           llvm::none_of(sources, [](SourceInterface source) {
             return source.getSourceKind() == "text";
           });
  }
  return false;
}

void DefaultsResolver::fillFromTable(Operation *table) {
  const TableInfo *info = findTableOfOp(table->getName().getStringRef());
  if (!info)
    return;
  for (const KeyInfo &key : info->keys) {
    if (table->hasAttr(key.attribute) || key.defaultText.empty() ||
        isReplaced(table, key.name))
      continue;
    FailureOr<Attribute> value =
        convertDefault(*recipe.getContext(), *info, key);
    if (failed(value))
      report.fail();
    else if (*value)
      table->setAttr(key.attribute, *value);
  }
}

/// Items are named after their kind, evaluations after what they evaluate.
void DefaultsResolver::fillName(Operation *table) {
  if (table->hasAttr("name"))
    return;
  if (auto eval = dyn_cast<EvalOp>(table)) {
    StringRef fallback = eval.getKind().value_or("");
    StringRef name = eval.getSource().value_or(fallback);
    if (!name.empty())
      setText(table, "name", name);
  } else if (isa<PhaseInterface, MacroInterface, SourceInterface>(table)) {
    setText(table, "name", getKind(table));
  }
}

/// The file's name without its ending, with what a file name of a run had
/// better not hold replaced.
void DefaultsResolver::nameRecipe() {
  if (recipe.getName())
    return;
  std::string name;
  Location place = getKeyLocation(recipe, "");
  if (auto range = dyn_cast<FileLineColRange>(LocationAttr(place)))
    name = llvm::sys::path::stem(range.getFilename().getValue()).str();
  for (char &c : name)
    if (!llvm::isAlnum(c) && c != '-' && c != '_' && c != '.')
      c = '-';
  setText(recipe, "name",
          StringRef(name).ltrim(".-").empty() ? "recipe"
                                              : StringRef(name).ltrim(".-"));
}

void DefaultsResolver::fillSequence() {
  auto data = findTable<DataOp>(recipe);
  auto model = findTable<ModelInterface>(recipe);
  if (!data || !model || data.getSequence())
    return;
  if (Attribute context = model->getAttr("context_length"))
    data->setAttr("sequence", context);
}

void DefaultsResolver::fillInclusive() {
  auto schedule = findTable<ScheduleOp>(recipe);
  StringAttr inclusive = schedule ? schedule.getInclusiveAttr() : StringAttr();
  if (!inclusive)
    return;
  for (auto phase : listTables<PhaseInterface>(recipe))
    if (!phase->hasAttr("inclusive"))
      phase->setAttr("inclusive", inclusive);
}

/// Cycles that repeat a macro repeat its phases.
static void renameInRepeats(RecipeOp recipe, StringRef macro,
                            ArrayRef<Operation *> phases) {
  Builder builder(recipe.getContext());
  for (auto repeat : listTables<RepeatOp>(recipe)) {
    SmallVector<Attribute> names;
    for (Attribute name : repeat.getPhasesAttr() ? repeat.getPhasesAttr()
                                                 : builder.getArrayAttr({}))
      if (cast<StringAttr>(name).getValue() != macro)
        names.push_back(name);
      else
        for (Operation *phase : phases)
          names.push_back(phase->getAttr("name"));
    if (!names.empty())
      repeat.setPhasesAttr(builder.getArrayAttr(names));
  }
}

/// Macros have their defaults here, and their phases get theirs.
void DefaultsResolver::expandMacros() {
  for (auto macro : listTables<MacroInterface>(recipe)) {
    builder.setInsertionPoint(macro);
    MacroExpansion expansion(macro, builder);
    if (failed(macro.expand(expansion)))
      report.fail();
    renameInRepeats(recipe, getName(macro), expansion.getPhases());
    for (Operation *phase : expansion.getPhases())
      fillFromTable(phase);
    macro->erase();
  }
}

LogicalResult DefaultsResolver::run(bool scheduleOnly) {
  checkTables();
  if (!scheduleOnly)
    for (StringRef table :
         {"dsc.data", "dsc.parallel", "dsc.checkpoint", "dsc.logging"})
      addTable(table);
  addConstantPhase();
  nameRecipe();
  for (Operation &table : recipe.getBody().front()) {
    fillFromTable(&table);
    fillName(&table);
  }
  expandMacros();
  fillSequence();
  fillInclusive();
  return report.result();
}

LogicalResult dsc::resolveDefaults(RecipeOp recipe,
                                   const ResolveOptions &options) {
  return DefaultsResolver(recipe).run(options.scheduleOnly);
}
