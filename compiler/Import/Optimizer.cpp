//===- Optimizer.cpp - `optimizer` of a ds_config.json --------------------===//

#include "compiler/Import/Parts.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/StringExtras.h"

using namespace dsc;
using namespace dsc::importing;

namespace {
/// A switch of an optimizer that only one value of ours stands for.
struct Constraint {
  const char *name, *value, *reason;
  bool matters = false; ///< whether another value makes another optimizer
};
} // namespace

static constexpr Constraint constraints[] = {
    {"torch_adam", "false",
     "which implementation runs is the compiler's business"},
    {"fused", "true", "every update is fused"},
    {"foreach", "true", "every update is fused"},
    {"bias_correction", "true", "updates without it are not supported yet",
     true},
    {"amsgrad", "false", "AMSGrad is not supported yet", true},
    {"maximize", "false", "a loss is always minimized", true},
    {"capturable", "true", "every update can be captured"},
    {"differentiable", "false", "an update has no gradient", true},
    {"set_grad_none", "true", "gradients are zeroed in the update"},
    {"freeze_step", "null", "it belongs to the 1-bit optimizers"}};

static std::string kindOf(llvm::StringRef type) {
  std::string name = type.lower();
  return name == "adam" ? "adamw" : name;
}

/// What DeepSpeed's optimizer has where the file leaves a key out.
static void setDefaults(Context &context, llvm::StringRef kind,
                        llvm::ArrayRef<std::string> given) {
  // Ours is another.
  if (kind == "adamw" && !llvm::is_contained(given, "weight_decay"))
    context.recipe.set("optimizer", "weight_decay", "0.0", "optimizer.type");
}

static bool checkConstraint(Context &context, const std::string &path,
                            llvm::StringRef name) {
  for (const Constraint &constraint : constraints) {
    if (name != constraint.name)
      continue;
    const Json *value = context.config.take(path);
    if (!value || *value == Json::parse(constraint.value))
      return true;
    if (constraint.matters)
      context.log.error(context.config.quote(path) + " is " + describe(*value) +
                            ", expected " + constraint.value,
                        constraint.reason);
    else
      context.log.lost(path, describe(*value), constraint.reason);
    return true;
  }
  return false;
}

static void readBetas(Context &context, const std::string &path) {
  const Json *value = context.config.take(path);
  if (!value)
    return;
  if (!value->is_array() || value->size() != 2 || !(*value)[0].is_number() ||
      !(*value)[1].is_number())
    return context.config.refuseType(path, *value, "two numbers");
  context.betas = {(*value)[0].get<double>(), (*value)[1].get<double>()};
}

/// A key by its own name, or by one of the names that other tools have for it.
static const KeyInfo *findParameter(const TableInfo &table,
                                    llvm::StringRef name) {
  if (const KeyInfo *key = findKey(table, name))
    return key;
  for (const KeyInfo &key : table.keys)
    if (hasOtherName(key, name))
      return &key;
  return nullptr;
}

static void refuseParameter(Context &context, const TableInfo &table,
                            const std::string &name) {
  llvm::SmallVector<llvm::StringRef> names = {"lr"};
  for (const KeyInfo &key : table.keys)
    if (key.name != "clip_norm")
      names.push_back(key.name);
  std::string near = nearestName(name, names);
  context.log.error("unknown key " +
                        context.config.quote("optimizer.params." + name) +
                        " of optimizer '" + table.kind + "'",
                    near.empty() ? "the keys are " + llvm::join(names, ", ")
                                 : "did you mean '" + near + "'?");
}

static void readParameter(Context &context, const TableInfo &table,
                          const std::string &name) {
  std::string path = "optimizer.params." + name;
  if (name == "lr") {
    context.lr = context.config.number(path);
    return;
  }
  if (name == "betas" && context.hasBetas)
    return readBetas(context, path);
  if (name == "max_grad_norm") {
    context.config.ignore(path);
    return context.log.error(context.config.quote(path) +
                                 " is refused by DeepSpeed too",
                             "write gradient_clipping at the top of the file");
  }
  // Looked at before all others.
  if (name == "adam_w_mode" && table.kind == "adamw")
    return;
  if (checkConstraint(context, path, name))
    return;
  const KeyInfo *key = findParameter(table, name);
  if (!key || key->name == "clip_norm" || key->type == "numbers") {
    context.config.ignore(path);
    return refuseParameter(context, table, name);
  }
  const Json *value = context.config.take(path);
  if (!value)
    return;
  bool isFlag = key->type == "switch";
  if (isFlag ? !value->is_boolean() : !value->is_number())
    return context.config.refuseType(path, *value,
                                     isFlag ? "true or false" : "a number");
  context.recipe.set("optimizer", key->name,
                     isFlag ? (value->get<bool>() ? "true" : "false")
                            : formatNumber(value->get<double>()),
                     path);
}

/// DeepSpeed's "Adam" is AdamW unless told otherwise.
static void checkAdamMode(Context &context, llvm::StringRef type) {
  std::string name = type.lower();
  if (name != "adam" && name != "adamw")
    return;
  std::optional<bool> mode =
      context.config.flag("optimizer.params.adam_w_mode");
  if (name == "adamw") {
    if (!mode.value_or(true))
      context.log.lost("optimizer.params.adam_w_mode", "false",
                       "\"AdamW\" is AdamW whatever it says, in DeepSpeed too");
    return;
  }
  if (mode.value_or(true))
    return context.log.note("optimizer.type \"Adam\" is AdamW in DeepSpeed: "
                            "written as adamw");
  std::optional<double> decay =
      context.config.number("optimizer.params.weight_decay");
  if (decay.value_or(0) != 0)
    context.log.error("'optimizer.params.adam_w_mode' is false: Adam with its "
                      "weight decay in the gradient is not supported yet",
                      "leave adam_w_mode out, or set weight_decay to 0");
}

void importing::importOptimizer(Context &context) {
  std::string types = llvm::join(getKinds("optimizer"), ", ");
  std::optional<std::string> type;
  if (context.config.hasTyped("optimizer", types))
    type = context.config.text("optimizer.type");
  if (!type) {
    context.lr = context.options.lr;
    return;
  }
  std::string kind = kindOf(*type);
  const TableInfo *table = findTable("optimizer", kind);
  if (!table) {
    context.config.ignore("optimizer.params");
    return context.log.error("'optimizer.type' is " + quoteText(*type) +
                                 ", which is not supported yet",
                             "the optimizers are " + types);
  }
  context.hasOptimizer = true;
  context.hasBetas = findKey(*table, "betas");
  context.recipe.begin("optimizer", kind);
  checkAdamMode(context, *type);
  std::vector<std::string> given = context.config.keysOf("optimizer.params");
  for (const std::string &name : given)
    readParameter(context, *table, name);
  setDefaults(context, kind, given);
  // The default of every one of them.
  if (!llvm::is_contained(given, "lr"))
    context.lr = context.options.lr.value_or(1e-3);
}

void importing::writeBetas(Context &context) {
  if (!context.betas)
    return;
  auto [beta1, beta2] = *context.betas;
  context.recipe.set("optimizer", "betas",
                     "[" + formatNumber(beta1) + ", " + formatNumber(beta2) +
                         "]",
                     "optimizer.params.betas");
}
