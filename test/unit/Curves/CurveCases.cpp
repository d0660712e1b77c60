//===- CurveCases.cpp - settings of every kind of phase -------------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;

using Wide = __int128;

bool CurvePlace::isPast(int64_t step) const {
  Wide here = Wide(n) * m, there = Wide(step) * d;
  return here > there || (here == there && !closes);
}

int64_t CurvePlace::pieceOf(int64_t a, int64_t b) const {
  Wide here = Wide(n) * m * b, piece = Wide(a) * d;
  auto index = int64_t(here / piece);
  return index > 0 && closes && here % piece == 0 ? index - 1 : index;
}

CurvePlace dsc::test::placeOf(llvm::StringRef inclusive, int64_t steps,
                              int64_t step) {
  if (inclusive == "left")
    return {step, steps, steps, false};
  if (inclusive == "right")
    return {step + 1, steps, steps, true};
  if (inclusive == "neither")
    return {step + 1, steps + 1, steps, false};
  if (steps == 1)
    return {1, 1, 1, true};
  return {step, steps - 1, steps, step == steps - 1};
}

const std::vector<CurveCase> &dsc::test::curveCases() {
  static const std::vector<CurveCase> cases = [] {
    std::vector<CurveCase> all;
    curves::addBetween(all);
    curves::addFactors(all);
    curves::addLaws(all);
    curves::addCycles(all);
    curves::addGiven(all);
    return all;
  }();
  return cases;
}

const Exact *dsc::test::findExact(llvm::StringRef kind) {
  for (const CurveCase &curve : curveCases())
    if (curve.kind == kind)
      return &curve.exact;
  return nullptr;
}
