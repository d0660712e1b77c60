//===- Order.h - the order in which a rank executes its plan ----*- C++ -*-===//
//
// A step runs `micro` for every micro-batch but the last, `last_micro` for that
// one and `update`. The order is the same on every rank and known before
// anything runs: the simulator walks it, and the runtime holds what it does in
// its first step against it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_ORDER_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_ORDER_H

#include "runtime/Artifact/Plan_generated.h"

#include <map>
#include <string_view>
#include <vector>

namespace dsc {

/// An op at its place in a step.
struct OrderedOp {
  const plan::Program *program = nullptr;
  int index = 0;          ///< in its program
  int64_t microBatch = 0; ///< that of the update is the number of micro-batches
  int step = 0;

  const plan::PlanOp &op() const {
    return *program->ops()->Get(unsigned(index));
  }
};

/// Goes through a step's ops, one after the other.
class StepWalk {
public:
  StepWalk(const plan::Plan &plan, int64_t microBatches);

  bool atEnd() const { return place.program == nullptr; }
  const OrderedOp &operator*() const { return place; }
  const OrderedOp *operator->() const { return &place; }
  StepWalk &operator++();

private:
  void enter(int64_t microBatch);
  void skipEmpty();

  const plan::Plan *plan;
  int64_t microBatches;
  OrderedOp place;
};

/// Where steps are recorded, what a graph holds ends with it, and the last one
/// of a step with the update. So collectives of the update that only the next
/// step's forward waits for are begun there, first of all, in this order; the
/// plan allows it, since a lane beside computation promises nothing to those
/// who do not wait for it. Without those of the first unit: what it waits for
/// is made while the rest is updated.
std::vector<const plan::PlanOp *> leftToNextStep(const plan::Plan &plan);

/// Compares what a rank does with what its plan says, lane by lane. Each lane
/// is reported by one thread; two lanes may report at once.
class OrderCheck {
public:
  /// `plan` outlives the check. `ranks` is the number of data ranks.
  OrderCheck(const plan::Plan &plan, int64_t ranks);

  /// The op `index` of `program` comes next on `lane`. Throws
  /// dsc::Error(Exit::internal) with what was expected where it does not.
  void executed(plan::Lane lane, std::string_view program, int index);

  /// Nothing of the step is left on any lane; throws as above. Not to be called
  /// for a step that its guard ended. The next op is the first of a step again.
  void stepEnded();

private:
  void skipOthers(plan::Lane lane, StepWalk &walk) const;

  StepWalk beginning;
  std::map<plan::Lane, StepWalk> lanes;
};

/// "reduce_scatter of bucket 2", "forward of block0", "launch of norm".
std::string describeOp(const plan::Plan &plan, const plan::PlanOp &op);

/// "forward of block0 in program 'micro'".
std::string describeOp(const plan::Plan &plan, const plan::Program &program,
                       const plan::PlanOp &op);

/// Whether an op is made by all ranks together.
bool isCollective(plan::OpCode code);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_ORDER_H
