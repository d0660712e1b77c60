//===- Scheduler.cpp - `scheduler` of a ds_config.json --------------------===//
//
// A scheduler of DeepSpeed's becomes `kind = "deepspeed"` with its parameters
// as they stand: what they mean, defaults and quirks included, is one
// definition in the language, and the same checks say what cannot run.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace dsc;
using namespace dsc::importing;

std::string importing::stepsText(int64_t steps) {
  return "\"" + std::to_string(steps) + (steps == 1 ? " step\"" : " steps\"");
}

namespace {

/// The parameters of one scheduler. What DeepSpeed does with a value that a
/// recipe has no place for is said as its constructors and steps do it.
class Parameters {
public:
  Parameters(Context &context, const TableInfo &table)
      : context(context), table(table) {
    // Guides have it, DeepSpeed does not.
    if (table.kind != "WarmupOneCycle")
      refusedToo = ": DeepSpeed refuses it too";
  }

  void read();

private:
  void readOne(const std::string &name);
  std::string convert(const KeyInfo &key, const std::string &path,
                      const Json &value);
  std::string convertInteger(const KeyInfo &key, const std::string &path,
                             const Json &value);
  std::string convertText(const KeyInfo &key, const std::string &path,
                          const Json &value);
  std::string convertSwitch(const KeyInfo &key, const std::string &path,
                            const Json &value);
  std::string convertNumber(const KeyInfo &key, const std::string &path,
                            const Json &value);
  const Json *onlyItem(const std::string &path, const Json &list);
  void readNull(const KeyInfo &key, const std::string &path);
  /// The empty text, after an error.
  std::string refuse(const std::string &path, const Json &value,
                     const KeyInfo &key, const llvm::Twine &fate) {
    context.config.refuseType(path, value, key.words + fate);
    return "";
  }
  void noteTaken(const std::string &path, const Json &value,
                 const llvm::Twine &as) {
    context.log.note(path + " is " + describe(value) +
                     ", which DeepSpeed takes for " + as);
  }

  Context &context;
  const TableInfo &table;
  std::string refusedToo;
};

} // namespace

/// A list has one value for each parameter group, of which a ds_config.json
/// makes one.
const Json *Parameters::onlyItem(const std::string &path, const Json &list) {
  if (list.size() == 1 && list.front().is_number())
    return &list.front();
  context.log.error(
      context.config.quote(path) + " is " + describe(list) +
          ", expected one number" +
          (list.size() == 1 ? "" : " for the one parameter group") + refusedToo,
      "write lr_scale in an [[optimizer.group]] of the recipe for "
      "another learning rate");
  return nullptr;
}

std::string Parameters::convertInteger(const KeyInfo &key,
                                       const std::string &path,
                                       const Json &value) {
  bool stairs = key.name.ends_with("stair_count");
  if (stairs && value.is_number() && value.get<double>() < 0) {
    context.log.note(path + " is negative, which DeepSpeed takes for no "
                            "stairs: written as 0");
    return "0";
  }
  if (value.is_number_integer())
    return value.dump();
  // Only the step counts of warm-up and range test insist on an integer.
  bool insists =
      key.name == "warmup_num_steps" || key.name == "lr_range_test_step_size";
  if (insists || !value.is_number())
    return refuse(path, value, key, refusedToo);
  double number = value.get<double>();
  if (number == std::floor(number) && std::fabs(number) < 1e15)
    return std::to_string(static_cast<int64_t>(number));
  return refuse(path, value, key, ": DeepSpeed would count with it");
}

/// An unknown word is a logarithmic warm-up, and so is what is no word.
std::string Parameters::convertText(const KeyInfo &key, const std::string &path,
                                    const Json &value) {
  if (value.is_string())
    return quoteText(value.get_ref<const std::string &>());
  if (value.is_structured())
    return refuse(path, value, key, refusedToo);
  noteTaken(path, value, "\"log\"");
  return "\"log\"";
}

/// Python finds anything true that is not nothing.
std::string Parameters::convertSwitch(const KeyInfo &key,
                                      const std::string &path,
                                      const Json &value) {
  if (value.is_boolean())
    return value.get<bool>() ? "true" : "false";
  bool isFalse = value == 0 || value == "" || value.empty();
  return refuse(path, value, key,
                llvm::Twine(": DeepSpeed would take it for ") +
                    (isFalse ? "false" : "true"));
}

std::string Parameters::convertNumber(const KeyInfo &key,
                                      const std::string &path,
                                      const Json &value) {
  if (value.is_number())
    return value.is_number_integer() && std::fabs(value.get<double>()) < 1e15
               ? value.dump()
               : formatNumber(value.get<double>());
  // The one kind of number that goes through float().
  double number = 0;
  bool isText = value.is_string() && key.name.starts_with("cycle_") &&
                key.name.ends_with("_step_size") &&
                llvm::to_float(value.get_ref<const std::string &>(), number);
  return refuse(path, value, key,
                isText ? ": DeepSpeed would take it for a number" : refusedToo);
}

std::string Parameters::convert(const KeyInfo &key, const std::string &path,
                                const Json &given) {
  const Json *value = &given;
  bool perGroup = key.name.ends_with("_lr") || key.name.ends_with("_mom");
  if (given.is_array() && perGroup)
    if (!(value = onlyItem(path, given)))
      return "";
  if (key.type == "text")
    return convertText(key, path, *value);
  if (key.type == "switch")
    return convertSwitch(key, path, *value);
  Json number;
  if (value->is_boolean()) {
    number = value->get<bool>() ? 1 : 0;
    noteTaken(path, *value, number.dump());
    value = &number;
  }
  return key.type == "integer" ? convertInteger(key, path, *value)
                               : convertNumber(key, path, *value);
}

/// What None means to the constructor.
void Parameters::readNull(const KeyInfo &key, const std::string &path) {
  (void)context.config.take(path);
  auto set = [&](const std::string &value) {
    context.recipe.set("schedule.params", key.name, value, path);
  };
  if (key.type == "text" || key.type == "switch") {
    bool isText = key.type == "text";
    noteTaken(path, Json(), isText ? "\"log\"" : "false");
    return set(isText ? "\"log\"" : "false");
  }
  bool isPeak = key.name == "warmup_max_lr" && table.kind == "WarmupDecayLR";
  if (isPeak && context.lr)
    return set(formatNumber(*context.lr));
  if (isPeak)
    return context.log.error(context.config.quote(path) +
                                 " is null, which stands for the optimizer's "
                                 "learning rate, and that is not given",
                             "give --lr");
  if (key.required || !key.defaultText.empty())
    context.log.error(context.config.quote(path) + " is null, expected " +
                      key.words + refusedToo);
}

void Parameters::readOne(const std::string &name) {
  std::string path = "scheduler.params." + name;
  const KeyInfo *key = findKey(table, name);
  if (!key) {
    context.config.ignore(path);
    llvm::SmallVector<llvm::StringRef> names;
    for (const KeyInfo &known : table.keys)
      names.push_back(known.name);
    std::string near = nearestName(name, names);
    return context.log.error(
        "unknown key " + context.config.quote(path) + " of scheduler '" +
            table.kind + "'" + refusedToo,
        near.empty() ? "the keys are " + llvm::join(names, ", ")
                     : "did you mean '" + near + "'?");
  }
  if (context.config.isNull(path))
    return readNull(*key, path);
  const Json *value = context.config.take(path);
  if (!value)
    return;
  std::string text = convert(*key, path, *value);
  if (!text.empty())
    context.recipe.set("schedule.params", name, text, path);
}

void Parameters::read() {
  std::vector<std::string> given = context.config.keysOf("scheduler.params");
  for (const std::string &name : given)
    readOne(name);
  for (const KeyInfo &key : table.keys)
    if (key.required && !llvm::is_contained(given, key.name))
      context.log.error("'scheduler.params' has no '" + key.name + "', which " +
                            table.kind + " needs",
                        key.doc);
}

/// Whether the scheduler looks at the optimizer's learning rate at all.
static bool usesPeak(const Context &context, llvm::StringRef type,
                     Config &config) {
  if (type.starts_with("Warmup") && type != "WarmupOneCycle" &&
      context.release < llvm::VersionTuple(0, 15, 3))
    return true;
  bool maxGiven = config.has("scheduler.params.warmup_max_lr") &&
                  !config.isNull("scheduler.params.warmup_max_lr");
  return type == "WarmupCosineLR" ||
         (type == "WarmupLR" && !maxGiven &&
          context.release >= llvm::VersionTuple(0, 17, 2));
}

static void writePeak(Context &context, llvm::StringRef type) {
  if (usesPeak(context, type, context.config)) {
    if (context.lr)
      return context.recipe.set("schedule", "peak", formatNumber(*context.lr),
                                "optimizer.params.lr");
    return context.log.error("scheduler '" + type +
                                 "' rises to the optimizer's learning rate, "
                                 "which is not given",
                             "give --lr");
  }
  const char *top = "scheduler.params.warmup_max_lr";
  bool isTop = context.config.isAuto(top) || context.config.isNull(top);
  if (context.config.has("optimizer.params.lr") && context.lr &&
      !context.config.isNull(top))
    context.log.note("optimizer.params.lr = " + formatNumber(*context.lr) +
                     " has no effect: scheduler " + type +
                     " writes its own learning rates");
  if (!context.config.has("optimizer.params.lr") && context.options.lr &&
      !isTop)
    context.log.note("the learning rate " + formatNumber(*context.options.lr) +
                     " has no effect: scheduler " + type +
                     " writes its own learning rates");
}

/// OneCycle writes both betas of every group. What DeepSpeed lacks leaves beta2
/// alone.
static void writeCycleBetas(Context &context, llvm::StringRef type) {
  bool isOurs = type == "WarmupOneCycle";
  if ((type != "OneCycle" && !isOurs) || !context.hasBetas)
    return;
  const Json *cycles = context.config.take("scheduler.params.cycle_momentum");
  if (cycles && cycles->is_boolean() && !cycles->get<bool>())
    return;
  auto [beta1, beta2] = context.betas.value_or(std::pair(0.9, 0.999));
  if (beta2 != 0.99 && !isOurs)
    context.log.note("OneCycle sets beta2 to 0.99 in place of " +
                     formatNumber(beta2) + ": written into 'betas'");
  if (context.betas)
    context.log.note(type + "'s momentum takes the place of beta1 " +
                     formatNumber(beta1));
  if (!isOurs)
    context.betas = {beta1, 0.99};
}

static void importConstant(Context &context) {
  if (!context.lr)
    return;
  context.recipe.begin("schedule");
  context.recipe.set("schedule", "peak", formatNumber(*context.lr),
                     "optimizer.params.lr");
}

void importing::importScheduler(Context &context) {
  std::string types = llvm::join(getKinds("schedule.params"), ", ");
  std::optional<std::string> type;
  if (context.config.hasTyped("scheduler", types))
    type = context.config.text("scheduler.type");
  if (!type)
    return importConstant(context);
  const TableInfo *table = findTable("schedule.params", *type);
  if (!table) {
    context.config.ignore("scheduler.params");
    std::string near = nearestName(*type, getKinds("schedule.params"));
    return context.log.error(
        "'scheduler.type' is " + quoteText(*type) + ", expected one of " +
            types,
        near.empty() ? "a scheduler of torch.optim is written as phases: see "
                       "dsc init one-cycle"
                     : "did you mean " + quoteText(near) + "?");
  }
  if (!context.config.has("scheduler.params") ||
      context.config.isNull("scheduler.params"))
    return context.log.error("'scheduler' has no 'params', without which "
                             "DeepSpeed stops",
                             "write \"params\": {}");
  context.recipe.begin("schedule", "deepspeed");
  context.recipe.set("schedule", "type", quoteText(*type), "scheduler.type");
  writePeak(context, *type);
  if (!context.options.version.empty())
    context.recipe.set("schedule", "version",
                       quoteText(context.options.version),
                       "--deepspeed-version");
  context.recipe.begin("schedule.params", *type);
  Parameters(context, *table).read();
  writeCycleBetas(context, *type);
  const Json *total = context.config.take("scheduler.params.total_num_steps");
  if (!context.totalSteps && total && total->is_number_integer()) {
    context.totalSteps = total->get<int64_t>();
    context.log.note("train.length is scheduler.params.total_num_steps");
  }
}
