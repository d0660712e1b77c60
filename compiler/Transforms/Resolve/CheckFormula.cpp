//===- CheckFormula.cpp - the values of an author's formula ---------------===//

#include "compiler/Transforms/Resolve/CheckFormula.h"

#include "compiler/Recipe/Toml.h"
#include "compiler/Target/Evaluator.h"
#include "compiler/Transforms/Schedule/Point.h"
#include "runtime/Base/Limits.h"

using namespace mlir;
using namespace dsc;

static constexpr int64_t mostChecked = 1'000'000;

/// The formula alone as a function of the step in the phase.
static FailureOr<Evaluator> compileFormula(const ResolvedPhase &phase) {
  OwningOpRef<ModuleOp> scratch = ModuleOp::create(phase.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(scratch->getBody());
  auto type =
      builder.getFunctionType(builder.getI64Type(), builder.getF64Type());
  auto function =
      func::FuncOp::create(builder, phase.getLoc(), "formula", type);
  builder.setInsertionPointToStart(function.addEntryBlock());
  Scalar s(builder, phase.getLoc());
  CurvePoint point = emitPoint(s, phase, function.getArgument(0));
  func::ReturnOp::create(builder, phase.getLoc(),
                         emitTrack(s, phase, point, phase.lr));
  return Evaluator::create(function);
}

/// The step to look at after `step`: at the ends of a phase each, between them
/// every `stride`.
static int64_t nextStep(int64_t step, int64_t steps, int64_t stride) {
  constexpr int64_t atEnds = 1000;
  int64_t tail = steps - atEnds;
  if (step + 1 < atEnds || step + 1 >= tail)
    return step + 1;
  return std::min((step / stride + 1) * stride, tail);
}

bool dsc::checkFormula(ExprOp phase, Report &report) {
  FailureOr<ResolvedPhase> resolved =
      ResolvedPhase::read(cast<PhaseInterface>(phase.getOperation()));
  FailureOr<Evaluator> formula = failure();
  if (succeeded(resolved))
    formula = compileFormula(*resolved);
  if (failed(formula)) {
    report.fail();
    return false;
  }
  int64_t steps = resolved->end - resolved->begin;
  int64_t stride = (steps + mostChecked - 1) / mostChecked | 1;
  for (int64_t step = 0; step < steps; step = nextStep(step, steps, stride)) {
    double value;
    formula->evaluate(step, llvm::MutableArrayRef<double>(value));
    if (!(value >= 0 && value <= kMostRate)) {
      report.error(phase, "formula",
                   "the formula comes to " + formatNumber(value) + " at step " +
                       Twine(step) + " of phase " + quoteName(getName(phase)) +
                       " (step " + Twine(resolved->begin + step) +
                       " of the run), expected a learning rate from 0 to " +
                       formatNumber(kMostRate),
                   kRangeRemedy);
      return false;
    }
  }
  return true;
}
