//===- ScriptedRun.h - drives a schedule by a series of metrics -*- C++ -*-===//

#ifndef DSC_TEST_UNIT_EVALUATOR_SCRIPTEDRUN_H
#define DSC_TEST_UNIT_EVALUATOR_SCRIPTEDRUN_H

#include "test/unit/Evaluator/Phases.h"

#include "llvm/ADT/bit.h"
#include <map>

namespace dsc::test {

/// A run without a model: its metrics are the test's.
class ScriptedRun {
public:
  explicit ScriptedRun(TestSchedule &schedule,
                       const ScheduleReactions &reactions = {})
      : tracks(*Evaluator::create(*schedule.lower({}, reactions))),
        observe(*Evaluator::create(schedule.observe())) {
    auto names =
        schedule.observe()->getAttrOfType<mlir::ArrayAttr>(stateAttributeName);
    for (auto name : names.getAsValueRange<mlir::StringAttr>())
      slots[name.str()] = int(slots.size());
    state.resize(slots.size());
    outputs.resize(tracks.getNumResults());
  }

  double &slot(const std::string &name) { return state[slots.at(name)]; }

  void evaluate(const std::string &name, double loss) {
    slot("eval/" + name + "/loss") = loss;
    slot("eval/" + name + "/count") += 1;
  }

  /// One update; returns its LR.
  double step(double loss = 1, double norm = 1) {
    if (slots.count("loss"))
      slot("loss") = loss;
    std::vector<uint64_t> arguments{uint64_t(now),
                                    llvm::bit_cast<uint64_t>(norm)};
    for (double value : state)
      arguments.push_back(llvm::bit_cast<uint64_t>(value));
    std::vector<uint64_t> next(state.size());
    observe.run(arguments, next);
    arguments.erase(arguments.begin() + 1);
    for (size_t i = 0; i < next.size(); ++i) {
      state[i] = llvm::bit_cast<double>(next[i]);
      arguments[i + 1] = next[i];
    }
    std::vector<uint64_t> values(outputs.size());
    tracks.run(arguments, values);
    for (size_t i = 0; i < values.size(); ++i)
      outputs[i] = llvm::bit_cast<double>(values[i]);
    ++now;
    return outputs.front();
  }

  /// The LR, then momentum, then the position in the schedule as planned.
  double track(int index) const { return outputs[size_t(index)]; }
  int64_t now = 0;

private:
  Evaluator tracks, observe;
  std::map<std::string, int> slots;
  std::vector<double> state, outputs;
};

inline mlir::Builder attributes() { return mlir::Builder(&getContext()); }

/// `until` as the resolve passes leave it.
inline mlir::DictionaryAttr until(llvm::StringRef name, llvm::StringRef metric,
                                  int64_t patience, double threshold = 0,
                                  llvm::StringRef mode = "min") {
  mlir::Builder b = attributes();
  return b.getDictionaryAttr(
      {b.getNamedAttr("name", b.getStringAttr(name)),
       b.getNamedAttr("metric", b.getStringAttr(metric)),
       b.getNamedAttr("mode", b.getStringAttr(mode)),
       b.getNamedAttr("threshold_mode", b.getStringAttr("rel")),
       b.getNamedAttr("threshold", b.getF64FloatAttr(threshold)),
       b.getNamedAttr("patience", b.getI64IntegerAttr(patience))});
}

inline void setReaction(mlir::Operation *phase, mlir::DictionaryAttr until,
                        std::vector<llvm::StringRef> follows = {},
                        bool stretches = false) {
  mlir::Builder b = attributes();
  mlir::NamedAttrList members;
  if (until)
    members.append("until", until);
  if (!follows.empty())
    members.append("follows", b.getStrArrayAttr(follows));
  if (stretches)
    members.append("stretches", b.getUnitAttr());
  phase->setAttr("reaction", members.getDictionary(&getContext()));
}

} // namespace dsc::test

#endif // DSC_TEST_UNIT_EVALUATOR_SCRIPTEDRUN_H
