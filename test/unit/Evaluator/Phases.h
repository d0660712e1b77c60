//===- Phases.h - resolved phases for tests ---------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_EVALUATOR_PHASES_H
#define DSC_TEST_UNIT_EVALUATOR_PHASES_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"
#include "test/unit/Scalar/Harness.h"

namespace dsc::test {

/// A module to put phases into, and the schedule that they make.
class TestSchedule {
public:
  TestSchedule()
      : builder(&getContext()),
        module(mlir::ModuleOp::create(builder.getUnknownLoc())) {
    builder.setInsertionPointToStart(module->getBody());
  }

  /// Appends a phase of `steps`, as the resolve passes leave it.
  mlir::Operation *add(llvm::StringRef kind, int64_t steps, TrackEnds lr,
                       llvm::StringRef inclusive = "right",
                       std::optional<TrackEnds> momentum = {},
                       std::optional<TrackEnds> weightDecay = {}) {
    std::string name = ("dsc." + kind).str();
    mlir::Location loc =
        mlir::NameLoc::get(builder.getStringAttr(kind + std::to_string(total)));
    mlir::OperationState state(loc, name);
    state.addAttribute("begin", builder.getI64IntegerAttr(total));
    state.addAttribute("end", builder.getI64IntegerAttr(total + steps));
    state.addAttribute("start", builder.getF64FloatAttr(lr.from));
    state.addAttribute("finish", builder.getF64FloatAttr(lr.to));
    state.addAttribute("inclusive", builder.getStringAttr(inclusive));
    llvm::SmallVector<mlir::NamedAttribute> tracks;
    auto addTrack = [&](llvm::StringRef track, std::optional<TrackEnds> ends) {
      if (ends)
        tracks.push_back(builder.getNamedAttr(
            track, builder.getF64ArrayAttr({ends->from, ends->to})));
    };
    addTrack("momentum", momentum);
    addTrack("weight_decay", weightDecay);
    state.addAttribute("tracks", builder.getDictionaryAttr(tracks));
    total += steps;
    mlir::Operation *op = builder.create(state);
    phases.push_back(llvm::cast<PhaseInterface>(op));
    return op;
  }

  llvm::FailureOr<mlir::func::FuncOp>
  lower(TrackStarts starts = {}, const ScheduleReactions &reactions = {}) {
    ScheduleExtras extras;
    extras.reactions = reactions;
    return lowerSchedule(*module, "tracks", phases, starts, extras);
  }
  mlir::func::FuncOp observe() {
    return module->lookupSymbol<mlir::func::FuncOp>(kObserveFunction);
  }
  Evaluator compile(TrackStarts starts = {}) {
    return *Evaluator::create(*lower(starts));
  }

private:
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<PhaseInterface> phases;
  int64_t total = 0;
};

/// All tracks at a step.
inline llvm::SmallVector<double> valuesAt(Evaluator &schedule, int64_t step) {
  llvm::SmallVector<double> values(schedule.getNumResults());
  schedule.evaluate(step, values);
  return values;
}

/// Collects the messages that are reported while it lives.
class Messages {
public:
  Messages()
      : handler(&getContext(), [this](mlir::Diagnostic &diagnostic) {
          text += diagnostic.str() + "\n";
          return mlir::success();
        }) {}
  const std::string &get() const { return text; }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_EVALUATOR_PHASES_H
