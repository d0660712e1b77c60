//===- Command.cpp - dsc plot ---------------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Plot/Plot.h"
#include "compiler/Driver/Session.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <algorithm>

using namespace dsc;

namespace {

/// What a command line asked to see.
class Plotter {
public:
  explicit Plotter(const PlotRequest &request) : request(request) {}

  int run();

private:
  int addRecipe(const RecipeInputs &inputs);
  void readRuns();
  int settleRange();
  int draw();
  int writeSvgFile();
  void writeHeadings(bool color);

  const PlotRequest &request;
  PlotUnit unit = PlotUnit::steps;
  std::vector<PlotRecipe> recipes;
  std::vector<RunSeries> runs;
  PlotRange range;
};

} // namespace

static PlotUnit unitOf(llvm::StringRef name) {
  return name == "tokens"   ? PlotUnit::tokens
         : name == "epochs" ? PlotUnit::epochs
                            : PlotUnit::steps;
}

/// Tokens of one update, as lengths in tokens count them; 0 where the recipe
/// does not say.
static double tokensPerStep(RecipeOp recipe) {
  auto train = findTable<TrainOp>(recipe);
  auto data = findTable<DataOp>(recipe);
  auto model = findTable<ModelInterface>(recipe);
  mlir::IntegerAttr sequence = data ? data.getSequenceAttr() : nullptr;
  if (!sequence && model)
    sequence = model->getAttrOfType<mlir::IntegerAttr>("context_length");
  return sequence ? double(*train.getBatch()) * double(sequence.getInt()) : 0;
}

/// Nothing but epochs needs the data, and with them the whole recipe.
int Plotter::addRecipe(const RecipeInputs &inputs) {
  Session session(inputs);
  mlir::FailureOr<SchedulePreview> preview = mlir::failure();
  bool whole = unit == PlotUnit::epochs;
  if (whole ? session.lower(Level::resolved) : session.resolveSchedule())
    preview = SchedulePreview::create(session.getRecipe());
  if (int code = session.finish(mlir::succeeded(preview)))
    return code;
  RecipeOp recipe = session.getRecipe();
  double perStep = 1;
  if (unit == PlotUnit::tokens)
    perStep = tokensPerStep(recipe);
  else if (whole)
    perStep = 1.0 / double(*findTable<TrainOp>(recipe).getEpochSteps());
  std::string name = recipe.getName().value_or("recipe").str();
  if (perStep == 0)
    return reportError(
        Exit::usage, "'" + name + "' does not say how many tokens a sample has",
        "write sequence = 128 in [data] where samples are text, or plot over "
        "epochs");
  for (const PlotRecipe &other : recipes)
    if (other.name == name)
      name = inputs.file;
  recipes.push_back({name, std::move(*preview), perStep});
  return int(Exit::done);
}

void Plotter::readRuns() {
  for (const std::string &directory : request.runs)
    runs.push_back(readRun(directory));
}

int Plotter::settleRange() {
  int64_t steps = 0;
  for (const PlotRecipe &recipe : recipes)
    steps = std::max(steps, recipe.preview.steps());
  range = {request.from, request.to, request.every};
  if (range.to < 0 || range.to > steps)
    range.to = steps;
  if (range.from < range.to)
    return int(Exit::done);
  return reportError(Exit::usage,
                     "--from is " + llvm::Twine(range.from) +
                         ", expected a step below --to, " +
                         llvm::Twine(range.to),
                     "the run has steps 0 to " + llvm::Twine(steps - 1));
}

/// The name of each schedule and the LR at its ends, above the curve.
void Plotter::writeHeadings(bool color) {
  llvm::raw_ostream &out = llvm::outs();
  bool several = recipes.size() + runs.size() > 1;
  size_t index = 0;
  for (PlotRecipe &recipe : recipes) {
    SchedulePreview &preview = recipe.preview;
    double peak = preview.lrAt(findLargest(preview, {0, preview.steps()}));
    if (several)
      out << chartMark(index++, color) << "  ";
    out << recipe.name << ": " << preview.steps() << " steps, LR from "
        << shortNumber(preview.lrAt(0)) << " over " << shortNumber(peak)
        << " to " << shortNumber(preview.lrAt(preview.steps() - 1)) << "\n";
  }
  for (const RunSeries &run : runs)
    out << chartMark(index++, color) << "  run " << run.name << ": "
        << run.steps.size() << " steps logged\n";
  out << "\n";
}

int Plotter::writeSvgFile() {
  std::string picture;
  llvm::raw_string_ostream out(picture);
  writeSvg(makeScene(recipes, runs, range, unit, request.log, 2000),
           recipes.front().name, out);
  writeOutput(picture, request.svg);
  llvm::errs() << "wrote " << request.svg << "\n";
  return int(Exit::done);
}

/// A preview does not know what a run will make of these.
static void writeReactions(const SchedulePreview &preview,
                           llvm::raw_ostream &out) {
  if (preview.getReactions().empty())
    return;
  out << "the schedule reacts to the run; shown is what comes if nothing of "
         "this happens:\n";
  for (const std::string &line : preview.getReactions())
    out << "  " << line << "\n";
}

int Plotter::draw() {
  if (!request.svg.empty())
    return writeSvgFile();
  unsigned columns = chartWidth(STDOUT_FILENO);
  bool color = wantsColor(STDOUT_FILENO);
  // Two dots a column, and enough looks at each for what is narrow to be seen.
  auto scene =
      makeScene(recipes, runs, range, unit, request.log, int64_t(columns) * 64);
  writeHeadings(color);
  writeTerminalPlot(scene, columns, color, llvm::outs());
  return int(Exit::done);
}

int Plotter::run() {
  unit = unitOf(request.over);
  if (request.csv && (!request.with.empty() || !request.runs.empty() ||
                      unit != PlotUnit::steps))
    return reportError(Exit::usage, "--csv prints every step of one recipe",
                       "leave out --with, --run and --over");
  if (int code = addRecipe(request.recipe))
    return code;
  for (const std::string &file : request.with) {
    RecipeInputs other;
    other.file = file;
    if (int code = addRecipe(other))
      return code;
  }
  readRuns();
  if (int code = settleRange())
    return code;
  // On stdout only beside a drawing: what else stands there is for programs.
  bool drawn = !request.csv && request.svg.empty();
  for (const PlotRecipe &recipe : recipes)
    writeReactions(recipe.preview, drawn ? llvm::outs() : llvm::errs());
  if (request.csv)
    writeCsv(recipes.front().preview, range, llvm::outs());
  if (request.csv && request.svg.empty())
    return int(Exit::done);
  return draw();
}

int dsc::plotCommand(const PlotRequest &request) {
  return Plotter(request).run();
}
