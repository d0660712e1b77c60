//===- BoundGraph.cpp - a plan's graph, ready to run ----------------------===//
//
// See BoundGraph.h. The plan has passed FlatBuffers' verifier and its hash;
// what is checked here is what only the schemas of LibTorch's operators can
// tell, and that indices and the order of values make sense.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/BoundGraph.h"
#include "runtime/Base/Error.h"

#include <algorithm>
#include <optional>

using namespace dsc;
using namespace dsc::torch_engine;

namespace {

/// Builds one unit; knows which values exist at each point.
class UnitBinder {
public:
  UnitBinder(const plan::Graph &graph, const plan::Unit &unit,
             const std::vector<bool> &trained)
      : graph(graph), unit(unit), trained(trained),
        made(graph.values()->size(), false) {}

  BoundUnit bind();

private:
  BoundCall bindCall(const plan::Call &call);
  c10::OperatorHandle find(const plan::Call &call, const std::string &name);
  void bindOperands(const plan::Call &call, BoundCall &bound);
  std::optional<WeightProduct> productOf(const BoundCall &call,
                                         size_t given) const;
  void bindParameters(BoundUnit &bound);
  void noteReleases(BoundUnit &bound);
  void checkValue(int32_t index) const;
  [[noreturn]] void fail(const std::string &message) const;

  const plan::Graph &graph;
  const plan::Unit &unit;
  const std::vector<bool> &trained;
  std::vector<bool> made;
};

} // namespace

void UnitBinder::fail(const std::string &message) const {
  throw Error(Exit::artifact, "unit '" + unit.name()->str() + "': " + message);
}

void UnitBinder::checkValue(int32_t index) const {
  if (index < 0 || size_t(index) >= made.size())
    fail("value " + std::to_string(index) + " is not one of the graph's " +
         std::to_string(made.size()));
  if (!made[index])
    fail("value '" + graph.values()->Get(index)->name()->str() +
         "' is used before it is made");
}

c10::OperatorHandle UnitBinder::find(const plan::Call &call,
                                     const std::string &name) {
  auto found = c10::Dispatcher::singleton().findSchema(
      {call.name()->str(), call.overload()->str()});
  if (!found)
    fail("operator " + name + " is not one of LibTorch's");
  return *found;
}

void UnitBinder::bindOperands(const plan::Call &call, BoundCall &bound) {
  const auto &arguments = bound.op.schema().arguments();
  if (call.operands()->size() > arguments.size())
    fail(bound.name + " has " + std::to_string(call.operands()->size()) +
         " arguments, expected at most " + std::to_string(arguments.size()));
  for (size_t i = 0; i < arguments.size(); ++i) {
    try {
      if (i < call.operands()->size())
        bound.operands.emplace_back(*call.operands()->Get(i), arguments[i]);
      else
        bound.operands.emplace_back(arguments[i]);
    } catch (const Error &error) {
      fail(bound.name + ": " + error.what());
    }
    const BoundOperand &operand = bound.operands.back();
    for (int32_t value : operand.values())
      checkValue(value);
    if (operand.parameter() >= 0 &&
        size_t(operand.parameter()) >= trained.size())
      fail(bound.name + ": there is no parameter " +
           std::to_string(operand.parameter()));
  }
}

/// What is left to defaults scales by one.
std::optional<WeightProduct> UnitBinder::productOf(const BoundCall &call,
                                                   size_t given) const {
  auto value = [&](size_t i) {
    const std::vector<int32_t> &read = call.operands[i].values();
    return read.empty() ? -1 : read.front();
  };
  auto parameter = [&](size_t i) { return call.operands[i].parameter(); };
  auto isTrained = [&](size_t i) {
    return parameter(i) >= 0 && trained[parameter(i)];
  };
  if (call.name == "aten::addmm" && given == 3 && value(1) >= 0 &&
      isTrained(0) && isTrained(2))
    return WeightProduct{value(1), parameter(2), parameter(0), false};
  if (call.name == "aten::linear" && value(0) >= 0 && isTrained(1) &&
      (given == 2 || isTrained(2)))
    return WeightProduct{value(0), parameter(1), parameter(2), true};
  return std::nullopt;
}

BoundCall UnitBinder::bindCall(const plan::Call &call) {
  std::string name = call.name()->str();
  if (call.overload()->size() != 0)
    name.append(1, '.').append(call.overload()->str());
  BoundCall bound{find(call, name), name, {}, {}, {}, std::nullopt};
  bindOperands(call, bound);
  bound.product = productOf(bound, call.operands()->size());
  bound.results.assign(call.results()->begin(), call.results()->end());
  for (int32_t result : bound.results) {
    if (result < 0)
      continue;
    if (size_t(result) >= made.size() || made[result])
      fail(name + " makes value " + std::to_string(result) +
           ", which is no value of the graph or made already");
    made[result] = true;
  }
  return bound;
}

void UnitBinder::bindParameters(BoundUnit &bound) {
  for (const BoundCall &call : bound.calls)
    for (const BoundOperand &operand : call.operands)
      if (int32_t index = operand.parameter(); index >= 0 && trained[index])
        if (std::find(bound.parameters.begin(), bound.parameters.end(),
                      index) == bound.parameters.end())
          bound.parameters.push_back(index);
}

/// After which call each value that stays inside the unit is free.
void UnitBinder::noteReleases(BoundUnit &bound) {
  std::vector<bool> seen(made.size(), false);
  for (int32_t output : bound.outputs)
    seen[output] = true;
  for (int32_t input : bound.inputs)
    seen[input] = true;
  auto release = [&](BoundCall &call, int32_t value) {
    if (value < 0 || seen[value])
      return;
    seen[value] = true;
    call.released.push_back(value);
  };
  for (size_t i = bound.calls.size(); i-- > 0;) {
    BoundCall &call = bound.calls[i];
    for (const BoundOperand &operand : call.operands)
      for (int32_t value : operand.values())
        release(call, value);
    for (int32_t result : call.results)
      release(call, result);
  }
}

BoundUnit UnitBinder::bind() {
  BoundUnit bound;
  bound.name = unit.name()->str();
  bound.inputs.assign(unit.inputs()->begin(), unit.inputs()->end());
  bound.outputs.assign(unit.outputs()->begin(), unit.outputs()->end());
  for (int32_t input : bound.inputs) {
    if (input < 0 || size_t(input) >= made.size())
      fail("value " + std::to_string(input) + " is not one of the graph's");
    made[input] = true;
  }
  for (const plan::Call *call : *unit.calls())
    bound.calls.push_back(bindCall(*call));
  for (int32_t output : bound.outputs)
    checkValue(output);
  bindParameters(bound);
  noteReleases(bound);
  return bound;
}

void BoundUnit::bind(Sizes sizes) {
  for (BoundCall &call : calls)
    for (BoundOperand &operand : call.operands)
      operand.bind(sizes);
}

/// Marks values that exist once `unit` has run, and complains about inputs that
/// nothing before it makes.
static void follow(const plan::Graph &graph, const BoundUnit &unit,
                   std::vector<bool> &available) {
  for (int32_t input : unit.inputs)
    if (!available[input])
      throw Error(Exit::artifact,
                  "unit '" + unit.name + "' reads value '" +
                      graph.values()->Get(input)->name()->str() +
                      "', which no unit before it makes");
  for (int32_t output : unit.outputs)
    available[output] = true;
}

std::vector<BoundUnit>
torch_engine::bindUnits(const plan::Graph &graph,
                        const std::vector<bool> &trained) {
  std::vector<bool> available(graph.values()->size(), false);
  auto known = [&](int32_t value) {
    if (value < 0 || size_t(value) >= available.size())
      throw Error(Exit::artifact,
                  "the graph has no value " + std::to_string(value));
    return size_t(value);
  };
  for (int32_t field : *graph.batch_fields())
    available[known(field)] = true;
  std::vector<BoundUnit> units;
  for (const plan::Unit *unit : *graph.units()) {
    units.push_back(UnitBinder(graph, *unit, trained).bind());
    follow(graph, units.back(), available);
  }
  for (int32_t result : {graph.loss(), graph.scores()})
    if (!available[known(result)])
      throw Error(Exit::artifact, "no unit makes the loss, or the scores");

  std::vector<bool> read(graph.values()->size(), false);
  read[graph.loss()] = read[graph.scores()] = true;
  for (size_t i = units.size(); i-- > 0;) {
    for (const auto &list : {units[i].inputs, units[i].outputs})
      for (int32_t value : list)
        if (!read[value]) {
          read[value] = true;
          units[i].released.push_back(value);
        }
  }
  return units;
}
