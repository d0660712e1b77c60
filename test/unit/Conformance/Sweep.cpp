//===- Sweep.cpp - a recipe's schedule over its whole length --------------===//
//
// schedule-sweep RECIPE: the curve that `dsc plot` shows, step by step, against
// the machine code of each level that this machine can run, bit by bit, and
// against MPFR, in units of the last place.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Session.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "test/unit/Conformance/Cases.h"
#include "test/unit/Conformance/ExactSchedule.h"
#include "test/unit/Conformance/Place.h"
#include "test/unit/Conformance/Reference.h"

#include "llvm/Support/Format.h"

#include <CLI/CLI.hpp>

#include <cstring>

using namespace dsc;
using namespace dsc::test;

namespace {
/// Steps that are computed and held at a time.
constexpr int64_t chunkSteps = 1000000;
/// What MPFR does in about a minute.
constexpr int64_t mpfrSteps = 2000000;

struct Request {
  RecipeInputs recipe;
  int64_t every = 1, ulpEvery = 0;
  std::vector<std::string> places;
};

/// The largest distances from the truth that were seen.
struct Distance {
  int64_t compared = 0, step = 0;
  double worst = 0, worstF32 = 0;

  void add(int64_t at, double found, const Real &truth) {
    ++compared;
    double apart = ulpsApart(found, truth);
    if (std::isnan(apart)) // no number is the truth only where there is none
      apart = std::isnan(found) && mpfr_nan_p(truth.get()) ? 0 : INFINITY;
    if (apart > worst) {
      worst = apart;
      step = at;
    }
    worstF32 = std::max(worstF32,
                        ulpsApart(static_cast<float>(found), truth, 24, -149));
  }

  void print(llvm::StringRef what) const {
    llvm::outs() << what << " MPFR at " << compared << " steps: at most "
                 << llvm::format("%.3f", worst) << " ulp (step " << step
                 << "), as f32 " << llvm::format("%.3f", worstF32) << " ulp\n";
  }
};

struct MachineCode {
  Place place;
  std::string payload;
  int64_t differing = 0;
};

class Sweep {
public:
  Sweep(const Request &request, RecipeOp recipe, mlir::ModuleOp module)
      : request(request), module(module), reference(module), exact(recipe) {
    auto tracks = module.lookupSymbol<mlir::func::FuncOp>(kTracksFunction);
    results = tracks.getNumResults();
    steps = *(*recipe.getOps<TrainOp>().begin()).getSteps();
    for (Place &place : allPlaces())
      addMachine(place);
  }

  int run() {
    ulpEvery = request.ulpEvery
                   ? request.ulpEvery
                   : std::max<int64_t>(steps / request.every / mpfrSteps, 1);
    for (int64_t first = 0; first < steps; first += chunkSteps * request.every)
      runChunk(first, std::min<int64_t>(chunkSteps,
                                        (steps - first + request.every - 1) /
                                            request.every));
    return report();
  }

private:
  void addMachine(const Place &place) {
    if (!request.places.empty() &&
        !llvm::is_contained(request.places, place.name))
      return;
    if (!place.missing.empty()) {
      llvm::outs() << place.name << ": left out, " << place.missing << "\n";
      return;
    }
    codes.push_back({place, compilePayload(module, place.level)});
  }

  void runChunk(int64_t first, int64_t count) {
    Job job(module);
    job.tracks(results, first, count, request.every);
    std::string expected = withOneNaN(job, reference.run(job));
    for (MachineCode &code : codes) {
      std::string found = withOneNaN(job, code.place.run(code.payload, job));
      for (size_t at = 0; at < expected.size(); at += sizeof(double))
        code.differing +=
            at + sizeof(double) > found.size() ||
            std::memcmp(&expected[at], &found[at], sizeof(double)) != 0;
    }
    for (int64_t i = 0; i < count; ++i, ++index) {
      int64_t step = first + i * request.every;
      if (index % ulpEvery != 0 && step + request.every < steps)
        continue;
      double lr;
      std::memcpy(&lr, &expected[i * results * sizeof lr], sizeof lr);
      compare(step, lr);
    }
  }

  void compare(int64_t step, double found) {
    if (std::optional<ExactRate> truth = exact.at(step))
      (truth->byFormula ? formulas : curves).add(step, found, truth->value);
  }

  int report() {
    int64_t values = index * results, differing = 0;
    llvm::outs() << steps << " steps, " << values << " values\n";
    for (const MachineCode &code : codes) {
      llvm::outs() << code.place.name << ": " << code.differing
                   << " differing bit patterns\n";
      differing += code.differing;
    }
    if (curves.compared || !formulas.compared)
      curves.print("against");
    if (formulas.compared)
      formulas.print("formulas, as exact as they are written, against");
    return differing || !(curves.worst <= 6) || !(curves.worstF32 <= 1);
  }

  const Request &request;
  mlir::ModuleOp module;
  Reference reference;
  ExactSchedule exact;
  Distance curves, formulas;
  std::vector<MachineCode> codes;
  int64_t results = 0, steps = 0, index = 0, ulpEvery = 1;
};

int sweep(const Request &request) {
  Session session(request.recipe);
  bool resolved = session.resolveSchedule();
  if (int code = session.finish(resolved))
    return code;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(session.getRecipe().getLoc());
  auto tracks = lowerRecipeSchedule(session.getRecipe(), *module);
  if (failed(tracks))
    return session.finish(false);
  if (tracks->getNumArguments() > 1) {
    llvm::errs() << "error: the schedule reacts to the run, expected one that "
                    "is known before it\n";
    return 2;
  }
  return Sweep(request, session.getRecipe(), *module).run();
}
} // namespace

int main(int argc, char **argv) {
  Request request;
  CLI::App app("Runs a recipe's schedule over its whole length: the values of "
               "`dsc plot` against the code of every level that this machine "
               "can run (all tracks, bit by bit) and against MPFR (the "
               "learning rate). Exits with 1 where bits differ, where a value "
               "is more than 6 ulp from the truth, or more than 1 as f32.");
  app.add_option("recipe", request.recipe.file, "the recipe")->required();
  app.add_option("overlays", request.recipe.overlays, "recipes laid over it");
  app.add_option("--set", request.recipe.sets, "KEY=VALUE over the recipe");
  app.add_option("--every", request.every, "looks at every Nth step only")
      ->check(CLI::PositiveNumber);
  app.add_option("--ulp-every", request.ulpEvery,
                 "compares every Nth of these with MPFR; default: 2 million "
                 "in all")
      ->check(CLI::PositiveNumber);
  app.add_option("--on", request.places,
                 "only on this machine: x86-64-v3, x86-64-v4, aarch64 ...");
  CLI11_PARSE(app, argc, argv);
  return sweep(request);
}
