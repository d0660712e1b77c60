//===- Schedule.cpp - DeepSpeed's parameters as a lowered schedule --------===//

#include "test/unit/DeepSpeed/Schedule.h"

using namespace dsc;
using namespace dsc::test;

/// Where the optimizer's learning rate matters, and `peak` is therefore needed.
static bool needsPeak(const Setting &setting) {
  bool family =
      setting.type.rfind("Warmup", 0) == 0 && setting.type != "WarmupOneCycle";
  if (family && setting.version == "0.15.2")
    return true;
  return setting.type == "WarmupCosineLR" ||
         (setting.type == "WarmupLR" &&
          !setting.params.contains("warmup_max_lr"));
}

std::string test::writeRecipe(const Setting &setting) {
  std::string text = "dsc = 1\n[optimizer]\n";
  if (setting.optimizer == "SGD")
    text += "kind = \"sgd\"\nmomentum = 0.9\n";
  else
    text += "kind = \"adamw\"\nbetas = " + Json(setting.betas).dump() + "\n";
  text += "[schedule]\nkind = \"deepspeed\"\ntype = \"" + setting.type + "\"\n";
  if (needsPeak(setting))
    text += "peak = " + Json(setting.lr).dump() + "\n";
  if (!setting.version.empty())
    text += "version = \"" + setting.version + "\"\n";
  text += "[schedule.params]\n";
  for (const auto &[key, value] : setting.params.items())
    if (!value.is_null())
      text += key + " = " + value.dump() + "\n";
  return text + "[train]\nbatch = 1\nlength = \"" +
         std::to_string(setting.steps) + " steps\"\n";
}

Schedule::Schedule(const Setting &setting)
    : recipe(std::make_unique<Recipe>(writeRecipe(setting))) {
  if (!recipe->resolve(/*scheduleOnly=*/true))
    return;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(recipe->get().getLoc());
  auto function = lowerRecipeSchedule(recipe->get(), *module);
  if (failed(function))
    return;
  auto compiled = Evaluator::create(*function);
  if (failed(compiled))
    return;
  tracks = compiled->getNumResults();
  evaluator = std::move(*compiled);
}

std::vector<double> Schedule::at(int64_t step) {
  std::vector<double> values(tracks);
  evaluator->evaluate(step, values);
  return values;
}
