//===- CheckParallel.cpp - what ranks ask of a recipe ---------------------===//
//
// How many ranks share a batch, what they divide among themselves, and what
// fixes the order of their sums.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Resolve/CheckParallel.h"

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Placements.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace dsc;

namespace {

class ParallelChecker {
public:
  ParallelChecker(RecipeOp recipe, Report &report)
      : parallel(findTable<ParallelOp>(recipe)),
        train(findTable<TrainOp>(recipe)), report(report) {
    auto data = parallel ? dyn_cast_or_null<IntegerAttr>(parallel.getDataAttr())
                         : IntegerAttr();
    ranks = data ? data.getInt() : 1;
  }

  void run();

private:
  void checkDivides(int64_t batch, int64_t micro);
  void checkZero();
  void checkVirtualRanks(int64_t leaves);
  bool leavesRanksOpen();
  void checkDeterministic();

  ParallelOp parallel;
  TrainOp train;
  Report &report;
  int64_t ranks; ///< that the recipe asks for; 1 where it asks for none
};

} // namespace

/// What ODS lets the key be.
static constexpr int64_t kMostVirtualRanks = 4096;

/// "30 or 32" for the multiples of `unit` next to `number`.
static std::string nearMultiples(int64_t number, int64_t unit) {
  int64_t below = number / unit * unit;
  std::string above =
      below <= INT64_MAX - unit ? std::to_string(below + unit) : "";
  if (!below)
    return above;
  return std::to_string(below) + (above.empty() ? "" : " or " + above);
}

/// "6 or 8" for the numbers of virtual ranks next to `leaves` that `batch` and
/// `ranks`, which divides it, allow.
static std::string nearVirtualRanks(int64_t leaves, int64_t batch,
                                    int64_t ranks) {
  int64_t below = 0, above = 0;
  for (int64_t fit = ranks; !above && fit <= kMostVirtualRanks; fit += ranks)
    if (batch % fit == 0)
      (fit < leaves ? below : above) = fit;
  if (!below || !above)
    return std::to_string(below + above);
  return std::to_string(below) + " or " + std::to_string(above);
}

void ParallelChecker::checkDivides(int64_t batch, int64_t micro) {
  int64_t unit;
  if (micro > batch)
    return report.error(train, "micro_batch",
                        "micro_batch is " + Twine(micro) +
                            ", expected at most the batch of " + Twine(batch));
  if (llvm::MulOverflow(micro, ranks, unit) || unit > batch)
    return report.error(train, "batch",
                        "batch is " + Twine(batch) + ", which is less than " +
                            countOf(ranks, "rank") + " times " + Twine(micro) +
                            " samples");
  if (batch % unit == 0)
    return;
  std::string what = ranks == 1   ? "micro_batch " + std::to_string(micro)
                     : micro == 1 ? countOf(ranks, "rank")
                                  : "micro_batch " + std::to_string(micro) +
                                        " times " + countOf(ranks, "rank") +
                                        " = " + std::to_string(unit);
  report.error(train, "batch",
               "batch is " + Twine(batch) + ", which is not divisible by " +
                   what,
               "write batch = " + nearMultiples(batch, unit));
}

void ParallelChecker::checkZero() {
  int64_t zero = parallel.getZero().value_or(0);
  if (!findStrategy(zero))
    return report.error(parallel, "zero",
                        "'zero' is " + Twine(zero) +
                            ", which is not supported yet",
                        "write zero = 2, which keeps parameters whole");
  auto data = dyn_cast_or_null<IntegerAttr>(parallel.getDataAttr());
  if (zero > 0 && data && data.getInt() == 1)
    report.warn(parallel, "zero",
                "'zero' is " + Twine(zero) +
                    ", but one rank has nothing to divide",
                "write data = \"auto\", or leave 'zero' out");
}

void ParallelChecker::checkVirtualRanks(int64_t leaves) {
  // What is missing is said elsewhere; everything divides 0.
  int64_t batch = train.getBatch().value_or(0), unit;
  if (batch % ranks != 0)
    return checkDivides(batch, 1);
  if (llvm::MulOverflow(leaves / std::gcd(leaves, ranks), ranks, unit))
    unit = leaves;
  if (batch % leaves != 0)
    return report.error(parallel, "virtual_ranks",
                        "virtual_ranks is " + Twine(leaves) +
                            ", which does not divide the batch of " +
                            Twine(batch),
                        "write train.batch = " + nearMultiples(batch, unit));
  if (leaves % ranks != 0)
    return report.error(parallel, "virtual_ranks",
                        "virtual_ranks is " + Twine(leaves) +
                            ", which is not a multiple of the " +
                            countOf(ranks, "rank") + " of 'data'",
                        "write virtual_ranks = " +
                            nearVirtualRanks(leaves, batch, ranks));
  auto micro = train.getMicroBatch();
  if (batch && micro && int64_t(*micro) != batch / leaves)
    report.error(train, "micro_batch",
                 "micro_batch is " + Twine(int64_t(*micro)) +
                     ", but virtual_ranks makes micro-batches of " +
                     Twine(batch) + " / " + Twine(leaves) + " = " +
                     Twine(batch / leaves) + " samples",
                 "leave micro_batch out");
  // It costs memory and bytes on the way, and promises nothing by itself.
  if (!train.getDeterministic().value_or(false))
    report.warn(parallel, "virtual_ranks",
                "virtual_ranks fixes the order of sums, but without "
                "deterministic = true no bits are promised",
                "write deterministic = true in [train], or leave "
                "'virtual_ranks' out");
}

/// Whether the recipe speaks of ranks, and not of how many. One that does not
/// speak of them is for one.
bool ParallelChecker::leavesRanksOpen() {
  if (!parallel || dyn_cast_or_null<IntegerAttr>(parallel.getDataAttr()))
    return false;
  return getKeyOrigin(parallel, "data") != "default" ||
         getKeyOrigin(parallel, "zero") != "default";
}

/// Sums over ranks differ with their number, if nothing fixes their order.
void ParallelChecker::checkDeterministic() {
  if (!train.getDeterministic().value_or(false))
    return;
  if (leavesRanksOpen())
    report.warn(train, "deterministic",
                "'deterministic' is true, but without virtual_ranks nothing "
                "fixes the sums of ranks: the run will start on one rank only",
                "write virtual_ranks in [parallel], a number that divides the "
                "batch, or data = 1");
  if (ranks == 1)
    return;
  report.error(train, "deterministic",
               "'deterministic' is true for " + countOf(ranks, "rank") +
                   ", whose sums have no fixed order",
               "write virtual_ranks = " + Twine(ranks) +
                   " in [parallel]: a number that divides the batch, and that "
                   "every number of ranks to run on divides");
}

void ParallelChecker::run() {
  if (parallel)
    checkZero();
  if (!train)
    return;
  auto leaves = parallel ? parallel.getVirtualRanks() : std::nullopt;
  if (leaves)
    return checkVirtualRanks(*leaves);
  checkDeterministic();
  IntegerAttr micro = train.getMicroBatchAttr();
  if (train.getBatchAttr())
    checkDivides(train.getBatchAttr().getInt(), micro ? micro.getInt() : 1);
}

void dsc::checkParallel(RecipeOp recipe, Report &report) {
  ParallelChecker(recipe, report).run();
}
