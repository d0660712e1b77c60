//===- Cycle.h - the cycle and decay of DeepSpeed's OneCycle ----*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_DEEPSPEED_CYCLE_H
#define DSC_DIALECT_DSC_DEEPSPEED_CYCLE_H

#include "dialect/Dsc/DeepSpeed/Params.h"

namespace dsc::deepspeed {

/// One half of the cycle, in steps and stairs; 0 stairs: none.
struct HalfCycle {
  double steps;
  int64_t stairs;
};

class Cycle {
public:
  explicit Cycle(const Params &params);

  /// The LR, and beta1 where it is cycled, at step k of the cycle. At k = 0
  /// beta1 is at its maximum, where its curve starts.
  ScheduleTracks emit(Scalar &s, mlir::Value k) const;

  /// `offset` is the step of the run at which the cycle begins.
  void check(const Params &params, Findings &findings, int64_t offset) const;
  llvm::SmallVector<ScheduleSpan> listSpans(int64_t offset) const;
  void addQuirks(const Params &params,
                 llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const;
  /// The phases up to the end of a run.
  llvm::SmallVector<NativePhase> native(int64_t stepsLeft) const;
  /// Why no phases say the same; "" where some do.
  std::string whyNoNative(int64_t stepsLeft) const;

  bool cyclesMomentum() const { return momentum; }
  bool movesMomentum() const { return momentum && minMomentum != maxMomentum; }
  double minLr, maxLr, minMomentum, maxMomentum;

private:
  /// Weights at j / steps of a half, both f64, counted from its low end.
  Weights emitHalf(Scalar &s, const HalfCycle &half, mlir::Value passed,
                   mlir::Value left) const;
  Weights emitCycle(Scalar &s, mlir::Value k) const;
  /// 1 + rate (k - T) / decay step size.
  DoubleDouble emitDecay(Scalar &s, mlir::Value k, double rate) const;
  double decayAt(double rate, int64_t k) const;
  bool decays(double rate) const { return decayStep != 0 && rate != 0; }
  void checkMomentum(const Params &params, Findings &findings,
                     int64_t last) const;
  void checkDecay(const Params &params, Findings &findings, int64_t last) const;

  HalfCycle rise, fall;
  double total;
  int64_t lastCycleStep; ///< the last step that is not in the decay
  double lastCyclePoint; ///< where in the cycle it lies
  double decayStep, lrRate, momentumRate;
  bool momentum;
};

} // namespace dsc::deepspeed

#endif // DSC_DIALECT_DSC_DEEPSPEED_CYCLE_H
