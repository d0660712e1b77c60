//===- Curves.h - the curve of a recipe's schedule --------------*- C++ -*-===//
//
// What a combinator promises is said by another recipe: a repetition is its
// phases written out, a macro the phases that it stands for.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_RESOLVE_CURVES_H
#define DSC_TEST_UNIT_RESOLVE_CURVES_H

#include "test/unit/Resolve/Harness.h"

#include "compiler/Target/Evaluator.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"

namespace dsc {

/// All tracks at every step, or none after a message.
inline std::vector<std::vector<double>> curveOf(const std::string &text) {
  Recipe recipe(text);
  if (!recipe.resolve(true)) {
    ADD_FAILURE() << recipe.said() << text;
    return {};
  }
  mlir::OwningOpRef<mlir::ModuleOp> scratch =
      mlir::ModuleOp::create(recipe.get().getLoc());
  auto function = lowerRecipeSchedule(recipe.get(), *scratch);
  auto evaluator = Evaluator::create(*function);
  std::vector<std::vector<double>> curve;
  int64_t steps = integer(recipe.table<TrainOp>(), "steps");
  for (int64_t step = 0; step < steps; ++step) {
    curve.emplace_back(evaluator->getNumResults());
    evaluator->evaluate(step, curve.back());
  }
  return curve;
}

inline std::vector<double> ratesOf(const std::string &text) {
  std::vector<double> rates;
  for (const std::vector<double> &values : curveOf(text))
    rates.push_back(values.front());
  return rates;
}

inline std::string phase(const std::string &name, const std::string &kind,
                         const std::string &length,
                         const std::string &keys = "") {
  return "[[schedule.phase]]\nname = \"" + name + "\"\nkind = \"" + kind +
         "\"\nlength = \"" + length + "\"\n" + keys;
}

inline const std::string peak = "[schedule]\npeak = 3e-3\n";

} // namespace dsc

#endif // DSC_TEST_UNIT_RESOLVE_CURVES_H
