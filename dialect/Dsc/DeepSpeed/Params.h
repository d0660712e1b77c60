//===- Params.h - what DeepSpeed's schedulers share -------------*- C++ -*-===//
//
// The parameters of a [schedule.params] table and what a scheduler of DeepSpeed
// knows of the run around it; weighted means without cancellation; findings at
// keys; the native phases that an author may write instead.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_DEEPSPEED_PARAMS_H
#define DSC_DIALECT_DSC_DEEPSPEED_PARAMS_H

#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/NumberText.h"

#include "llvm/Support/VersionTuple.h"

#include <optional>

namespace dsc::deepspeed {

/// One scheduler's parameters, defaults filled in, and the run around it.
class Params {
public:
  explicit Params(mlir::Operation *table);

  bool has(llvm::StringRef key) const { return table->hasAttr(key); }
  double number(llvm::StringRef key) const;
  double number(llvm::StringRef key, double fallback) const;
  int64_t count(llvm::StringRef key) const;
  bool flag(llvm::StringRef key) const;
  llvm::StringRef text(llvm::StringRef key) const;
  /// Whether the author wrote it.
  bool isWritten(llvm::StringRef key) const;
  /// Whether some key has a value that was refused, and its default instead.
  bool hasRefused() const;

  bool isBefore(unsigned major, unsigned minor, unsigned patch) const {
    return release < llvm::VersionTuple(major, minor, patch);
  }

  mlir::Operation *table;
  DeepSpeedOp schedule;
  std::optional<double> peak; ///< DeepSpeed's optimizer's learning rate
  std::optional<double> beta2;
  bool fixesBeta1 = false; ///< whether the author wrote `betas`
  int64_t steps = 0;       ///< of the run; 0: not known
  bool hasBetas = true;    ///< whether the optimizer has betas to replace
  llvm::VersionTuple release;
};

/// Errors and warnings at the keys of a scheduler.
class Findings {
public:
  explicit Findings(const Params &params) : params(params) {}
  void refuse(llvm::StringRef key, const llvm::Twine &message,
              const llvm::Twine &hint = {});
  void warn(llvm::StringRef key, const llvm::Twine &message,
            const llvm::Twine &hint = {});
  void refuseSchedule(llvm::StringRef key, const llvm::Twine &message,
                      const llvm::Twine &hint = {});
  /// Refuses a minimum above its maximum.
  void checkOrder(llvm::StringRef lowKey, double low, llvm::StringRef highKey,
                  double high, const llvm::Twine &wouldDo);
  /// Refuses a peak that this scheduler never looks at.
  void checkNoPeak(const llvm::Twine &instead);
  llvm::LogicalResult result() const { return llvm::failure(failed); }

private:
  const Params &params;
  bool failed = false;
};

/// Weights of two ends, which sum to 1.
struct Weights {
  DoubleDouble low, high;
};

/// low w.low + high w.high, rounded once or nearly so.
mlir::Value mix(Scalar &s, double low, double high, const Weights &weights);
DoubleDouble mixDoubleDouble(Scalar &s, double low, double high,
                             const Weights &weights);

/// A phase of the native schedule, as TOML.
struct NativePhase {
  std::string name, kind, length;
  std::string from, to, momentum;     ///< as values; "" leaves the key out
  std::vector<std::string> more = {}; ///< further lines
};
std::string writeNative(std::optional<double> peak,
                        llvm::ArrayRef<NativePhase> phases);
/// Why there are none, as the comment that stands in their place.
std::string explainNoNative(const llvm::Twine &reason);
/// What has to change beside the phases if they move beta1.
std::string remarkOnBetas(const Params &params);
/// The value at a share of the way; the end itself at 1.
double between(double from, double to, double share);
std::string stepsText(int64_t steps);

} // namespace dsc::deepspeed

#endif // DSC_DIALECT_DSC_DEEPSPEED_PARAMS_H
