//===- Warmup.h - the warm-up of DeepSpeed's Warmup family ------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_DEEPSPEED_WARMUP_H
#define DSC_DIALECT_DSC_DEEPSPEED_WARMUP_H

#include "dialect/Dsc/DeepSpeed/Params.h"

namespace dsc::deepspeed {

/// Steps 0 to `steps`; step 0 is the scheduler's own.
struct Warmup {
  explicit Warmup(const Params &params);

  /// How far the warm-up has come at step k (i64), which counts as the nearest
  /// of 1 ... steps.
  Weights emit(Scalar &s, mlir::Value k) const;

  void check(const Params &params, Findings &findings) const;
  void addQuirks(const Params &params,
                 llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const;
  /// Q1: both of the first two steps run at the minimum.
  void addFirstSteps(const Params &params, double low, double high,
                     llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const;
  /// The native phase of the same length, from a value.
  NativePhase native(double from) const;
  /// That of a run that ends before it, as TOML; or why there is none.
  std::string describeCut(const Params &params, double low, double high) const;

  int64_t steps;
  bool logarithmic;
};

/// What a release before 0.15.3 gives to the first step: the optimizer's
/// learning rate, which the scheduler had not replaced yet.
bool startsAtPeak(const Params &params);

/// `value` but for step 0.
mlir::Value selectFirst(Scalar &s, mlir::Value step, mlir::Value first,
                        mlir::Value value);

/// Weights of the far (`low`) and the near (`high`) end of half a cosine wave
/// at numerator / denominator, both i64.
Weights emitHalfWave(Scalar &s, mlir::Value numerator, int64_t denominator);

} // namespace dsc::deepspeed

#endif // DSC_DIALECT_DSC_DEEPSPEED_WARMUP_H
