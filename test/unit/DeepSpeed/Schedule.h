//===- Schedule.h - DeepSpeed's parameters, lowered -------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_DEEPSPEED_SCHEDULE_H
#define DSC_TEST_UNIT_DEEPSPEED_SCHEDULE_H

#include "compiler/Target/Evaluator.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "test/unit/Resolve/Harness.h"

#include <memory>
#include <nlohmann/json.hpp>

namespace dsc::test {

using Json = nlohmann::json;

/// A scheduler, as the vectors describe it.
struct Setting {
  std::string type;
  Json params = Json::object();
  std::string optimizer = "Adam";
  double lr = 1e-3;
  std::vector<double> betas = {0.9, 0.999};
  std::string version = {}; ///< "" the newest
  int64_t steps = 10001;
};

std::string writeRecipe(const Setting &setting);

/// The recipe of a setting through the checks, and @tracks of it.
class Schedule {
public:
  explicit Schedule(const Setting &setting);
  explicit operator bool() const { return evaluator.has_value(); }
  std::string said() const { return recipe->said(); }

  double lrAt(int64_t step) { return at(step)[0]; }
  bool hasMomentum() const { return tracks > 1; }
  double momentumAt(int64_t step) { return at(step)[1]; }

private:
  std::vector<double> at(int64_t step);

  std::unique_ptr<Recipe> recipe;
  std::optional<Evaluator> evaluator;
  size_t tracks = 0;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_DEEPSPEED_SCHEDULE_H
