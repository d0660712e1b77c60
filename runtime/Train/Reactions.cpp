//===- Reactions.cpp ------------------------------------------------------===//

#include "runtime/Train/Reactions.h"

#include "runtime/Artifact/Types.h"

#include <cmath>
#include <utility>

using namespace dsc;

static int findTrack(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; i < plan.tracks()->size(); ++i)
    if (plan.tracks()->Get(i)->string_view() == name)
      return int(i);
  return -1;
}

Reactions::Reactions(const plan::Plan &plan, Device &device)
    : plan(plan), device(device), buffer(findBuffer(plan, "state")),
      positionTrack(findTrack(plan, "position")),
      last(plan.state() ? plan.state()->size() : 0) {}

std::string Reactions::nameOf(int slot) const {
  return plan.state()->Get(unsigned(slot))->str();
}

int Reactions::find(const std::string &name) const {
  for (int slot = 0; slot < int(last.size()); ++slot)
    if (nameOf(slot) == name)
      return slot;
  return -1;
}

void Reactions::set(int slot, double value) {
  if (slot < 0)
    return;
  last[size_t(slot)] = value;
  device.upload(buffer, int64_t(slot) * int64_t(sizeof(double)), &value,
                sizeof(value));
}

NamedValues Reactions::namedState() const {
  NamedValues values;
  for (size_t slot = 0; slot < last.size(); ++slot)
    values.emplace_back(nameOf(int(slot)), last[slot]);
  return values;
}

void Reactions::restore(const NamedValues &values,
                        const std::vector<EvaluationState> &evaluations) {
  for (const EvaluationState &evaluation : evaluations) {
    setEvaluation(evaluation);
    set(find("eval/" + evaluation.name + "/seen"), double(evaluation.count));
  }
  for (const auto &[name, value] : values)
    set(find(name), value);
  // What a signal cut short is as if it had not been.
  for (const EvaluationState &evaluation : evaluations)
    setEvaluation(evaluation);
}

void Reactions::setEvaluation(const EvaluationState &evaluation) {
  set(find("eval/" + evaluation.name + "/loss"), evaluation.last);
  set(find("eval/" + evaluation.name + "/count"), double(evaluation.count));
}

std::vector<const plan::Reaction *>
Reactions::take(const ScheduleState &state) {
  std::vector<const plan::Reaction *> decisions;
  if (last.empty())
    return decisions;
  ScheduleState before = std::exchange(last, state);
  for (const plan::Reaction *reaction : *plan.reactions())
    if (last[size_t(reaction->count())] != before[size_t(reaction->count())])
      decisions.push_back(reaction);
  return decisions;
}

NamedValues Reactions::stateOf(const plan::Reaction &reaction) const {
  NamedValues values;
  for (int32_t slot : *reaction.state()) {
    std::string name = nameOf(slot);
    values.emplace_back(name.substr(name.rfind('/') + 1), last[size_t(slot)]);
  }
  return values;
}

/// A phase that was planned to have no step lies half a step before its begin.
static bool liesIn(double position, const plan::Phase &phase) {
  if (phase.begin() == phase.end())
    return position == double(phase.begin()) - 0.5;
  return position >= double(phase.begin()) && position < double(phase.end()) &&
         position == std::floor(position);
}

const plan::Phase &Reactions::phaseOf(int64_t step,
                                      const KernelTable &kernels) const {
  double position = double(step);
  if (positionTrack >= 0)
    position = kernels.tracksAt(plan, step, last)[size_t(positionTrack)];
  const auto &phases = *plan.phases();
  for (const plan::Phase *phase : phases)
    if (liesIn(position, *phase))
      return *phase;
  return *phases.Get(phases.size() - 1);
}
