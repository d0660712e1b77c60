//===- Groups.cpp - which parameters share which keys ---------------------===//

#include "compiler/Transforms/Layout/Groups.h"

#include "compiler/Transforms/Resolve/Tables.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>
#include <map>

using namespace mlir;

namespace dsc {

bool matchesPattern(StringRef pattern, StringRef name) {
  size_t p = 0, n = 0;
  size_t star = StringRef::npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != StringRef::npos) {
      // The last star takes one more character.
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.drop_front(p).find_first_not_of('*') == StringRef::npos;
}

static SmallVector<StringRef> listPatterns(GroupOp group) {
  SmallVector<StringRef> patterns;
  if (auto names = group.getMatchAttr().getAs<ArrayAttr>("names"))
    for (Attribute name : names)
      patterns.push_back(cast<StringAttr>(name).getValue());
  return patterns;
}

/// All given conditions together.
static bool matches(GroupOp group, const ParameterFacts &parameter) {
  DictionaryAttr match = group.getMatchAttr();
  if (!match)
    return false;
  if (match.get("names") &&
      llvm::none_of(listPatterns(group), [&](StringRef pattern) {
        return matchesPattern(pattern, parameter.name);
      }))
    return false;
  if (auto dims = match.getAs<IntegerAttr>("dims");
      dims && dims.getInt() != static_cast<int64_t>(parameter.shape.size()))
    return false;
  auto role = match.getAs<StringAttr>("role");
  return !role || role.getValue() == stringifyRole(parameter.role);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

namespace {

/// What an author may have meant: every name, and each name with its numbers
/// and its beginning left open.
class NearNames {
public:
  explicit NearNames(ArrayRef<ParameterFacts> parameters) {
    for (const ParameterFacts &parameter : parameters)
      addForms(parameter.name);
    for (const auto &form : forms)
      views.push_back(form.getKey());
    llvm::sort(views);
  }

  /// Remedy for a pattern that matches nothing.
  std::string suggest(StringRef pattern) const {
    std::string near = nearestName(pattern, views);
    if (!near.empty())
      return "did you mean '" + near + "'?";
    std::string text = "parameters have names such as ";
    constexpr size_t shown = 3;
    for (size_t i = 0; i < std::min(shown, examples.size()); ++i)
      text += (i ? ", '" : "'") + examples[i] + "'";
    return text;
  }

private:
  void addForms(StringRef name) {
    SmallVector<StringRef> parts;
    name.split(parts, '.');
    std::string open =
        llvm::join(llvm::map_range(parts,
                                   [](StringRef part) {
                                     return llvm::all_of(part, llvm::isDigit)
                                                ? StringRef("*")
                                                : part;
                                   }),
                   ".");
    forms.insert(name);
    if (llvm::is_contained(examples, open))
      return;
    examples.push_back(open);
    forms.insert(open);
    for (size_t dot = open.find('.'); dot != std::string::npos;
         dot = open.find('.', dot + 1))
      forms.insert("*" + open.substr(dot));
  }

  llvm::StringSet<> forms;
  std::vector<std::string> examples;
  SmallVector<StringRef> views;
};

class GroupsChecker {
public:
  GroupsChecker(RecipeOp recipe, ArrayRef<ParameterFacts> parameters)
      : recipe(recipe), parameters(parameters), near(parameters) {}

  LogicalResult run() {
    auto groups = listTables<GroupOp>(recipe);
    for (GroupOp group : groups)
      if (group.getMatchAttr() && checkPatterns(group))
        checkMatch(group);
    checkFrozen(groups);
    // checkRecipe reports that it is missing; nothing can be combined.
    if (!findTable<OptimizerInterface>(recipe))
      report.fail();
    return report.result();
  }

private:
  /// Every pattern matches some parameter by itself.
  bool checkPatterns(GroupOp group) {
    bool all = true;
    for (StringRef pattern : listPatterns(group)) {
      if (llvm::any_of(parameters, [&](const ParameterFacts &parameter) {
            return matchesPattern(pattern, parameter.name);
          }))
        continue;
      report.error(group, "match",
                   "pattern " + quoteName(pattern) + " of group " +
                       quoteName(getName(group)) + " matches no parameter",
                   near.suggest(pattern));
      all = false;
    }
    return all;
  }

  void checkMatch(GroupOp group) {
    if (llvm::any_of(parameters, [&](const ParameterFacts &parameter) {
          return matches(group, parameter);
        }))
      return;
    DictionaryAttr match = group.getMatchAttr();
    report.error(group, "match",
                 "group " + quoteName(getName(group)) +
                     " matches no parameter with " + conditions(match),
                 match.size() > 1
                     ? Twine("all conditions of 'match' must hold together")
                     : "the model has parameters of " + facts());
  }

  /// "dims = 1 and role = 'norm'".
  static std::string conditions(DictionaryAttr match) {
    return llvm::join(
        llvm::map_range(match,
                        [](NamedAttribute condition) {
                          std::string value;
                          llvm::raw_string_ostream out(value);
                          condition.getValue().print(out, /*elideType=*/true);
                          return condition.getName().str() + " = " + value;
                        }),
        " and ");
  }

  /// "1 and 2 dims and of the roles bias, weight".
  std::string facts() const {
    std::map<size_t, bool> dims;
    std::map<std::string, bool> roles;
    for (const ParameterFacts &parameter : parameters) {
      dims[parameter.shape.size()] = true;
      roles[stringifyRole(parameter.role).str()] = true;
    }
    std::string text;
    for (const auto &entry : dims)
      text += (text.empty() ? "" : " and ") + std::to_string(entry.first);
    text += " dims and of the roles ";
    return text + llvm::join(llvm::make_first_range(roles), ", ");
  }

  void checkFrozen(ArrayRef<GroupOp> groups) {
    bool trains = parameters.empty();
    for (const ParameterFacts &parameter : parameters) {
      GroupOp freezer;
      bool frozen = false;
      for (GroupOp group : groups)
        if (group.getFrozen() && matches(group, parameter)) {
          frozen = *group.getFrozen();
          freezer = group;
        }
      trains |= !frozen;
      if (frozen && parameter.tied)
        report.warn(freezer, "frozen",
                    "group " + quoteName(getName(freezer)) + " freezes " +
                        quoteName(parameter.name) +
                        ", which several layers share");
    }
    if (!trains)
      report.error(groups.back(), "frozen",
                   "every parameter is frozen, expected one to train");
  }

  RecipeOp recipe;
  ArrayRef<ParameterFacts> parameters;
  NearNames near;
  Report report;
};

} // namespace

LogicalResult checkGroups(RecipeOp recipe,
                          ArrayRef<ParameterFacts> parameters) {
  return GroupsChecker(recipe, parameters).run();
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// Lays the keys that a group sets over what came before.
static void mergeKeys(CombinedGroup &combined, GroupOp group) {
  Operation *optimizer = combined.optimizer.get();
  if (FloatAttr scale = group.getLrScaleAttr())
    combined.lrScale = scale.getValueAsDouble();
  if (BoolAttr frozen = group.getFrozenAttr())
    combined.frozen = frozen.getValue();
  if (FloatAttr decay = group.getWeightDecayAttr()) {
    optimizer->setAttr("weight_decay", decay);
    combined.followsWeightDecayTrack = false;
  }
  if (ArrayAttr betas = group.getBetasAttr()) {
    optimizer->setAttr("betas", betas);
    optimizer->removeAttr("beta2");
  }
}

static CombinedGroup combine(OptimizerInterface optimizer,
                             ArrayRef<GroupOp> groups) {
  CombinedGroup combined;
  combined.optimizer = optimizer->clone();
  SmallVector<std::string> names;
  for (GroupOp group : groups) {
    names.push_back(getName(group).str());
    mergeKeys(combined, group);
  }
  combined.name = names.empty() ? "default" : llvm::join(names, "+");
  if (auto decay =
          combined.optimizer.get()->getAttrOfType<FloatAttr>("weight_decay"))
    combined.weightDecay = decay.getValueAsDouble();
  return combined;
}

/// base^exponent, exponent >= 0, to the last bit but one on every host:
/// products carry their rounding errors along, since libm's pow differs between
/// hosts.
static double power(double base, int64_t exponent) {
  double high = 1, low = 0;
  for (int64_t i = 0; i < exponent; ++i) {
    double product = high * base;
    double error = std::fma(high, base, -product) + low * base;
    high = product + error;
    low = error - (high - product);
  }
  return high;
}

namespace {
/// What members of a set share: the groups that match them, and their height
/// above the embeddings where that has a learning rate of its own.
struct SetKey {
  std::vector<unsigned> groups;
  int64_t below = 0; ///< layers between this one and the head
  auto operator<=>(const SetKey &) const = default;
};

class GroupCombiner {
public:
  GroupCombiner(RecipeOp recipe, ArrayRef<ParameterFacts> parameters)
      : parameters(parameters), groups(listTables<GroupOp>(recipe)),
        optimizer(findTable<OptimizerInterface>(recipe)),
        layerDecay(optimizer->getAttrOfType<FloatAttr>("layer_decay")) {
    for (const ParameterFacts &parameter : parameters)
      deepest = std::max(deepest, parameter.depth);
  }

  std::vector<CombinedGroup> run() {
    std::map<SetKey, size_t> sets;
    for (auto [index, parameter] : llvm::enumerate(parameters)) {
      SetKey key = keyOf(parameter);
      auto [entry, added] = sets.try_emplace(key, result.size());
      if (added)
        add(key, parameter.depth);
      result[entry->second].members.push_back(index);
    }
    return std::move(result);
  }

private:
  SetKey keyOf(const ParameterFacts &parameter) const {
    SetKey key;
    for (auto [position, group] : llvm::enumerate(groups))
      if (matches(group, parameter))
        key.groups.push_back(position);
    if (layerDecay)
      key.below = deepest - parameter.depth;
    return key;
  }

  void add(const SetKey &key, int64_t depth) {
    SmallVector<GroupOp> tables;
    for (unsigned position : key.groups)
      tables.push_back(groups[position]);
    CombinedGroup combined = combine(optimizer, tables);
    if (layerDecay && !combined.frozen) {
      combined.lrScale *= power(layerDecay.getValueAsDouble(), key.below);
      combined.name += "/depth-" + std::to_string(depth);
    }
    result.push_back(std::move(combined));
  }

  ArrayRef<ParameterFacts> parameters;
  SmallVector<GroupOp> groups;
  OptimizerInterface optimizer;
  FloatAttr layerDecay; ///< null where no layer differs
  int64_t deepest = 0;
  std::vector<CombinedGroup> result;
};
} // namespace

std::vector<CombinedGroup> combineGroups(RecipeOp recipe,
                                         ArrayRef<ParameterFacts> parameters) {
  return GroupCombiner(recipe, parameters).run();
}

} // namespace dsc
