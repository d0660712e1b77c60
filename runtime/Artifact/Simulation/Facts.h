//===- Facts.h - what the simulator asks of a rank's plan -------*- C++ -*-===//
//
// Which units write the gradients of which bucket, which kernels touch what,
// and what a rank owns. Made once for each plan, which passed validatePlan:
// its indices, ranges and buckets are right.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_FACTS_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_FACTS_H

#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Simulation/Order.h"
#include "runtime/Artifact/Simulation/RankFaults.h"

#include <set>
#include <vector>

namespace dsc {

class Facts {
public:
  Facts(const plan::Plan &plan, int ranks);

  /// What speaks against this plan on ranks that work together, as rank `rank`
  /// has it, and needs no walk. False where it cannot be walked.
  bool check(int rank, RankFaults &faults) const;

  const plan::Plan &plan;
  const int ranks;
  const bool passes; ///< gradientsPass()
  int64_t trained;   ///< elements of the trained arena
  int gradients, partials, passing;
  int computed; ///< the buffer that forward reads: `compute`, else `param`
  int masters;  ///< `param`

  /// By unit: buckets of the parameters that it reads, and whose gradients its
  /// backward writes. By bucket: those units.
  std::vector<std::vector<int>> bucketsOfUnit, unitsOfBucket;

  /// Of a step of a rank; and of one that is walked: no more than tell the
  /// first, the ones between and the last apart.
  int64_t allMicroBatches, microBatches;

  /// Two steps, and an evaluation as the third: what the first leaves behind is
  /// met by the second. Where steps are recorded, it begins at that one's head.
  static constexpr int kSteps = 2;
  std::vector<OrderedOp> walk(bool recorded) const;

  int bucketCount() const { return int(plan.buckets()->size()); }
  const plan::Bucket &bucket(int index) const {
    return *plan.buckets()->Get(unsigned(index));
  }
  std::vector<int> allBuckets() const;

  bool hasKernel(plan::KernelKind kind) const;
  bool touches(const plan::Kernel &kernel, int buffer) const;
  bool touchesShard(const plan::Kernel &kernel) const;
  plan::KernelKind kindOf(const plan::PlanOp &launch) const;
  const plan::Kernel &kernelOf(const plan::PlanOp &launch) const {
    return *plan.kernels()->Get(unsigned(launch.index()));
  }

  /// Whether an op sums gradients over ranks.
  bool sumsGradients(const plan::PlanOp &op) const;

  /// Elements of the arena that a launch works on; none of a finish.
  ElementRange rangeOf(const plan::PlanOp &launch) const;

  /// Whether a launch works on a bucket, be it in parts of which this or that
  /// rank may have none.
  bool reaches(const plan::PlanOp &launch, int bucket) const;

  /// The part of a bucket that rank `rank` works on in a launch.
  ElementRange partOf(const plan::PlanOp &launch, int bucket, int rank) const;

private:
  bool checkLanes(int rank, RankFaults &faults) const;
  void checkUnits(int index, int rank, RankFaults &faults) const;
};

/// What two ranges share.
inline ElementRange intersect(ElementRange a, ElementRange b) {
  int64_t begin = a.begin > b.begin ? a.begin : b.begin;
  int64_t end = a.end < b.end ? a.end : b.end;
  return {begin, end < begin ? begin : end};
}

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_FACTS_H
