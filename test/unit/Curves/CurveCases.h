//===- CurveCases.h - settings of every kind of phase -----------*- C++ -*-===//
//
// The catalogue as tests see it: each kind in settings that show what its keys
// do, with its formula written a second time, in MPFR, and what the curve
// promises. A kind without a setting fails a test.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CURVES_CURVECASES_H
#define DSC_TEST_UNIT_CURVES_CURVECASES_H

#include "test/unit/Scalar/Reference.h"

#include "mlir/IR/Operation.h"

#include <bit>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace dsc::test {

/// Lengths in steps; with rates, points.
struct Steps {
  std::vector<int64_t> steps;
  std::vector<double> rates = {};
  bool isList = false;
};
struct Rate {
  double rate;
};
/// By the name of the key; a phase of another length may have others.
using CurveKeys =
    std::map<std::string, std::variant<double, int64_t, std::string, Steps,
                                       Rate, std::vector<double>>>;

/// A point m / d of a phase of n steps.
struct CurvePlace {
  int64_t m, d, n;
  bool closes; ///< whether an edge belongs to the piece that ends there

  Real x() const { return Real(double(m)) / Real(double(d)); }
  Real rest() const { return Real(double(d - m)) / Real(double(d)); }
  /// Steps passed.
  Real t() const { return Real(double(n)) * Real(double(m)) / Real(double(d)); }
  /// Whether it lies in a piece that begins at a step, and in which of equal
  /// pieces of a / b steps.
  bool isPast(int64_t step) const;
  int64_t pieceOf(int64_t a, int64_t b = 1) const;
};

struct CurveEnds {
  Real from, to;
};

/// The formula of a kind at a place, between the values of `from` and `to`.
using Exact = std::function<Real(const CurveKeys &, const CurvePlace &,
                                 const CurveEnds &)>;

struct CurveCase {
  std::string name; ///< the kind, then what is set
  std::string kind;
  std::function<CurveKeys(int64_t steps)> keys;
  Exact exact;

  double ulps = 4;
  // What the curve promises between `from` and `to`.
  bool startsAtFrom = true;
  bool endsAtTo = true;
  bool bounded = true; ///< never beyond either
  bool monotonic = true;
  bool continuous = true;
  int64_t leastSteps = 1;  ///< a phase that its lengths fit in
  bool powerOfTwo = false; ///< only in phases of as many steps
  bool positiveEnds = false;
  bool risesOnly = false;

  /// The longest phase that the case fits in, of up to `steps`.
  int64_t fit(int64_t steps) const {
    return powerOfTwo ? int64_t(std::bit_floor(uint64_t(steps))) : steps;
  }
};

/// All kinds in all settings.
const std::vector<CurveCase> &curveCases();

/// Null for a kind that has no case.
const Exact *findExact(llvm::StringRef kind);

/// The keys of a resolved phase.
CurveKeys readKeys(mlir::Operation *phase);

/// Sets keys as the resolve passes leave them.
void setKeys(mlir::Operation *phase, const CurveKeys &keys);

/// Where `inclusive` puts the first step, over which denominator.
CurvePlace placeOf(llvm::StringRef inclusive, int64_t steps, int64_t step);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CURVES_CURVECASES_H
