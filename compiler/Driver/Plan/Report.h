//===- Report.h - what `dsc plan` knows of a run ----------------*- C++ -*-===//
//
// Collected once from the plan and the schedule, shown as text, JSON or SVG.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_PLAN_REPORT_H
#define DSC_COMPILER_DRIVER_PLAN_REPORT_H

#include "compiler/Driver/SchedulePreview.h"
#include "compiler/Transforms/Model/GraphFacts.h"

#include <nlohmann/json_fwd.hpp>

namespace dsc {

struct PhaseReport {
  std::string name, kind;
  int64_t begin, end;     ///< steps, [begin, end)
  double firstLr, lastLr; ///< LR of the first and the last step
};

struct ParameterReport {
  std::string name, role;
  std::vector<int64_t> shape;
  int64_t size; ///< elements
};

struct GroupReport {
  std::string name; ///< "frozen" for what is not trained
  double lrScale = 1, weightDecay = 0;
  std::vector<ParameterReport> parameters;
  int64_t size() const;
};

/// One pass over memory, or a finish, which touches none to speak of.
struct PassReport {
  std::string name, kind; ///< kind: reduce, finish, map
  std::vector<std::string> parts;
  double bytesPerElement = 0;
  int64_t elements = 0;
  double bytes() const { return bytesPerElement * double(elements); }
};

struct MemoryReport {
  std::string name;
  double bytes;
};

/// A schedule that is one definition in place of phases.
struct ScheduleKindReport {
  std::string name; ///< "" where the schedule is of phases
  std::vector<ScheduleQuirk> quirks;
  std::string native;      ///< TOML; "" where no phases say the same
  std::string whyNoNative; ///< where there is none
};

ScheduleKindReport describeScheduleKind(RecipeOp recipe);

/// What a rank holds and sends where there are so many.
struct RankFigures {
  int64_t ranks;
  double memory;    ///< bytes, activations of a micro-batch included
  double sentBytes; ///< in a step, where ranks pass on parts in a ring
};

/// How the ranks share a step.
struct RanksReport {
  std::string strategy, summary;     ///< as in dialect/Dsc/Placements.td
  bool owned = false;                ///< a rank updates its parts, and no more
  int64_t smallest = 0, largest = 0; ///< elements of a bucket
  int64_t buckets = 0;
  int64_t virtualRanks = 0; ///< 0: the order of sums is not fixed
  int64_t subtrees = 0;     ///< sums that a rank keeps at most, then
  double subtreeBytes = 0;
  std::vector<RankFigures> figures; ///< at numbers of ranks that can run
};

RanksReport makeRanksReport(mlir::ModuleOp module);

/// Bytes of a buffer on the rank that holds most of it, of so many.
double bufferBytes(mlir::ModuleOp module, plan_ir::BufferOp buffer,
                   int64_t ranks);

/// What a rank, of so many, takes beside buffers and activations.
std::vector<MemoryReport> listScratch(mlir::ModuleOp module, int64_t ranks);

/// The host's memory that it takes where a device computes.
std::vector<MemoryReport> listStaging(mlir::ModuleOp module, int64_t ranks);

struct PlanReport {
  std::string name, model, precision;
  int64_t steps, batch, microBatch, ranks, sequence;
  double flopsPerToken;
  std::vector<PhaseReport> phases;
  std::vector<std::string> reactions; ///< the phases are as without them
  std::optional<double> batchScale;   ///< in every LR, where it was asked for
  ScheduleKindReport scheduleKind;
  std::vector<GroupReport> groups;
  std::vector<UnitCost> units;      ///< of a micro-batch, in forward's order
  std::vector<PassReport> passes;   ///< of the update, in order
  std::vector<MemoryReport> memory; ///< of one rank, in bytes
  /// In the host's memory, for a rank whose device has its own.
  std::vector<MemoryReport> staging;
  RanksReport sharing;
  double memoryTotal() const;
  double activationBytes() const; ///< of a micro-batch, at their most
  double updateBytes() const;     ///< moved by all passes
  int64_t microBatches() const { return batch / ranks / microBatch; }
  int64_t parameterCount() const;
  /// Tokens (or rows) of an update.
  int64_t tokensPerStep() const { return batch * sequence; }
};

/// `module` is at Level::plan; `preview` is of the same recipe.
PlanReport makePlanReport(mlir::ModuleOp module, SchedulePreview &preview,
                          int64_t ranks);

nlohmann::ordered_json toJson(const PlanReport &report);
void writeText(const PlanReport &report, llvm::raw_ostream &out);

/// One step as SVG: forward and backward of the units by FLOPs with what they
/// hold in memory meanwhile, the update's passes by bytes, and a rank's memory.
void writeSvg(const PlanReport &report, llvm::raw_ostream &out);

/// With three digits and a decimal prefix: scaled(3.33e6, "B") is "3.33 MB".
std::string scaled(double value, llvm::StringRef unit);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_PLAN_REPORT_H
