//===- KindSchedule.cpp - a schedule in place of phases -------------------===//

#include "compiler/Transforms/Schedule/KindSchedule.h"

using namespace mlir;
using namespace dsc;

ScheduleKindInterface dsc::findScheduleKind(RecipeOp recipe) {
  auto kinds = recipe.getOps<ScheduleKindInterface>();
  return kinds.empty() ? ScheduleKindInterface() : *kinds.begin();
}

std::vector<SchedulePart> dsc::listKindParts(ScheduleKindInterface kind) {
  int64_t steps = 0;
  for (auto train : kind->getParentOfType<RecipeOp>().getOps<TrainOp>())
    steps = train.getSteps().value_or(0);
  std::vector<SchedulePart> parts;
  for (const ScheduleSpan &span : kind.listSpans()) {
    if (span.begin >= steps)
      break;
    if (!parts.empty())
      parts.back().end = span.begin;
    parts.push_back({span.name, kind.getKindName().str(), span.begin, steps});
  }
  return parts;
}

func::FuncOp dsc::lowerScheduleKind(ScheduleKindInterface kind,
                                    ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = kind.getLoc();
  auto function =
      func::FuncOp::create(builder, loc, kTracksFunction,
                           builder.getFunctionType(builder.getI64Type(), {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Scalar s(builder, loc);
  Value step = function.getArgument(0), first = s.i64(0);
  Value notEarly =
      s.select(s.compare(arith::CmpIPredicate::slt, step, first), first, step);
  ScheduleTracks tracks = kind.emitTracks(s, notEarly);
  SmallVector<StringRef> names{"lr"};
  SmallVector<Value> results{tracks.lr};
  if (tracks.momentum) {
    names.push_back("momentum");
    results.push_back(tracks.momentum);
  }
  func::ReturnOp::create(builder, loc, results);
  SmallVector<Type> types(results.size(), builder.getF64Type());
  function.setFunctionType(
      builder.getFunctionType(builder.getI64Type(), types));
  function->setAttr(tracksAttributeName, builder.getStrArrayAttr(names));
  return function;
}
