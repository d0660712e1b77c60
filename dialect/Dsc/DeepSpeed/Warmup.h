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

  /// Whether step k comes after it.
  mlir::Value isPast(Scalar &s, mlir::Value k) const;

  void check(const Params &params, Findings &findings) const;
  void addQuirks(const Params &params,
                 llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const;
  /// Those of a warm-up from `low` to `high`. Q1: both of the first two steps
  /// run at the minimum.
  llvm::SmallVector<ScheduleQuirk> listQuirks(const Params &params, double low,
                                              double high) const;
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

/// That learning rate, or `otherwise`.
mlir::Value firstRate(Scalar &s, const Params &params, double otherwise);

/// `value` but for step 0.
mlir::Value selectFirst(Scalar &s, mlir::Value step, mlir::Value first,
                        mlir::Value value);

/// Refuses a schedule without `peak`, which `need` finishes the words for.
void requirePeak(const Params &params, Findings &findings,
                 const llvm::Twine &need);

/// What follows the warm-up where the family falls to a minimum: it ends at
/// step `total`.
struct Fall {
  Fall(const Params &params, const Warmup &warmup);

  /// Warns of a total that is another than the run's; `after` says what the
  /// steps from `down` on run at.
  void check(const Params &params, Findings &findings, int64_t down,
             const llvm::Twine &after) const;
  /// The native phases up to the end of the run; empty where the run ends in a
  /// fall of which a part is no phase.
  llvm::SmallVector<NativePhase> native(const Params &params,
                                        llvm::StringRef kind, double high,
                                        double floor) const;

  int64_t begin; ///< the last step of the warm-up
  int64_t total;
  int64_t steps; ///< at least 1
};

/// Weights of the far (`low`) and the near (`high`) end of half a cosine wave
/// at numerator / denominator, both i64.
Weights emitHalfWave(Scalar &s, mlir::Value numerator, int64_t denominator);

} // namespace dsc::deepspeed

#endif // DSC_DIALECT_DSC_DEEPSPEED_WARMUP_H
