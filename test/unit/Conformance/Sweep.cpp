//===- Sweep.cpp - a recipe's schedule over its whole length --------------===//
//
// schedule-sweep RECIPE: the curve that `dsc plot` shows, step by step, against
// the machine code of each level that this machine can run, bit by bit, and
// against MPFR, in units of the last place. Bits take a fifth of a microsecond
// a step, MPFR ten times that and more, on every core: unless it is told to
// look at all, it looks at two million steps.
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
#include <thread>

using namespace dsc;
using namespace dsc::test;

namespace {
/// Steps that are computed and held at a time.
constexpr int64_t chunkSteps = 1000000;
/// What MPFR does in seconds.
constexpr int64_t mpfrSteps = 2000000;

struct Request {
  RecipeInputs recipe;
  int64_t every = 1, ulpEvery = 0;
  unsigned jobs = std::max(std::thread::hardware_concurrency(), 1u);
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

  /// What was seen at later steps.
  void add(const Distance &later) {
    compared += later.compared;
    if (later.worst > worst) {
      worst = later.worst;
      step = later.step;
    }
    worstF32 = std::max(worstF32, later.worstF32);
  }

  void print(llvm::StringRef what) const {
    llvm::outs() << what << " MPFR at " << compared << " steps: at most "
                 << llvm::format("%.3f", worst) << " ulp (step " << step
                 << "), as f32 " << llvm::format("%.3f", worstF32) << " ulp\n";
  }
};

/// Of curves whose exactness is promised, and of an author's formulas.
struct Distances {
  Distance curves, formulas;
};

/// A learning rate to be compared with the truth.
struct Found {
  int64_t step;
  double lr;
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
    std::vector<Found> due;
    for (int64_t i = 0; i < count; ++i, ++index) {
      Found found{first + i * request.every, 0};
      if (index % ulpEvery != 0 && found.step + request.every < steps)
        continue;
      std::memcpy(&found.lr, &expected[i * results * sizeof found.lr],
                  sizeof found.lr);
      due.push_back(found);
    }
    compareAll(due);
  }

  Distances compare(llvm::ArrayRef<Found> due) const {
    Distances seen;
    for (const Found &found : due)
      if (std::optional<ExactRate> truth = exact.at(found.step))
        (truth->byFormula ? seen.formulas : seen.curves)
            .add(found.step, found.lr, truth->value);
    mpfr_free_cache(); // of this thread
    return seen;
  }

  void compareAll(llvm::ArrayRef<Found> due) {
    std::vector<Distances> seen(request.jobs);
    std::vector<std::thread> threads;
    for (size_t job = 0; job < seen.size(); ++job) {
      size_t from = due.size() * job / seen.size(),
             to = due.size() * (job + 1) / seen.size();
      threads.emplace_back(
          [this, &seen, job, part = due.slice(from, to - from)] {
            seen[job] = compare(part);
          });
    }
    for (std::thread &thread : threads)
      thread.join();
    for (const Distances &part : seen) {
      distances.curves.add(part.curves);
      distances.formulas.add(part.formulas);
    }
  }

  int report() {
    int64_t values = index * results, differing = 0;
    llvm::outs() << steps << " steps, " << values << " values\n";
    for (const MachineCode &code : codes) {
      llvm::outs() << code.place.name << ": " << code.differing
                   << " differing bit patterns\n";
      differing += code.differing;
    }
    const auto &[curves, formulas] = distances;
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
  Distances distances;
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
  app.add_option("--jobs", request.jobs, "threads for MPFR; default: all cores")
      ->check(CLI::Range(1, 1024));
  app.add_option("--on", request.places,
                 "only on this machine: x86-64-v3, x86-64-v4, aarch64 ...");
  CLI11_PARSE(app, argc, argv);
  return sweep(request);
}
