//===- UpdateBody.cpp -----------------------------------------------------===//

#include "compiler/Transforms/Optimizer/UpdateBody.h"

#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace dsc;

SmallVector<std::string> dsc::getUniformNames(const OptimizerGroup &group) {
  SmallVector<std::string> names = {"lr", "weight_decay"};
  OptimizerInterface optimizer = group.optimizer;
  llvm::append_range(names, optimizer.getUniforms());
  return names;
}

SmallVector<Value> dsc::emitGroupUniforms(Scalar &s,
                                          const OptimizerGroup &group,
                                          const TrackValues &tracks) {
  StepPoint point;
  point.step = tracks.step;
  point.momentum = tracks.momentum;
  point.lr =
      group.lrScale == 1 ? tracks.lr : s.mul(tracks.lr, s.f64(group.lrScale));
  bool follows = group.followsWeightDecayTrack && tracks.weightDecay;
  point.weightDecay = follows ? tracks.weightDecay : s.f64(group.weightDecay);
  OptimizerInterface optimizer = group.optimizer;
  SmallVector<Value> values = {point.lr, point.weightDecay};
  llvm::append_range(values, optimizer.emitUniforms(s, point));
  return values;
}

/// Drops the uniforms that nothing reads, and says which are left.
static void keepUsedUniforms(UpdateBody &body, unsigned first) {
  Block &block = body.function.front();
  llvm::BitVector unused(block.getNumArguments());
  for (unsigned i = first, e = block.getNumArguments(); i < e; ++i) {
    if (block.getArgument(i).use_empty())
      unused.set(i);
    else if (!body.clips || i > first)
      body.uniforms.push_back(i - first - (body.clips ? 1 : 0));
  }
  (void)body.function.eraseArguments(unused);
}

UpdateBody dsc::buildUpdateBody(OpBuilder &builder, StringRef name,
                                const OptimizerGroup &group, bool clip,
                                ComputePrecision precision) {
  OptimizerInterface optimizer = group.optimizer;
  UpdateBody body;
  body.slots = optimizer.getSlots();
  body.clips = clip;

  // index; gradient, parameter and slots; uniforms.
  unsigned elements = 2 + body.slots.size(), first = 1 + elements;
  unsigned uniforms = clip + getUniformNames(group).size();
  SmallVector<Type> inputs(elements + uniforms, builder.getF32Type());
  inputs.insert(inputs.begin(), builder.getI64Type());
  SmallVector<Type> results(1 + body.slots.size(), builder.getF32Type());
  if (precision == ComputePrecision::bf16Mixed)
    results.push_back(builder.getIntegerType(16));

  OpBuilder::InsertionGuard guard(builder);
  body.function = func::FuncOp::create(
      builder, group.loc, name, builder.getFunctionType(inputs, results));
  body.function.setPrivate();
  Block *block = body.function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  Scalar s(builder, group.loc);

  ElementPoint point;
  auto arguments = block->getArguments();
  auto own = arguments.drop_front(first + clip);
  point.index = arguments[0];
  point.gradient =
      clip ? s.mul(arguments[1], arguments[first]) : Value(arguments[1]);
  point.parameter = arguments[2];
  llvm::append_range(point.slots, arguments.slice(3, body.slots.size()));
  point.lr = own[0];
  point.weightDecay = own[1];
  llvm::append_range(point.uniforms, own.drop_front(2));

  SmallVector<Value> values = optimizer.emitUpdate(s, point);
  if (precision == ComputePrecision::bf16Mixed)
    values.push_back(s.toBf16Bits(values.front()));
  func::ReturnOp::create(builder, group.loc, values);
  keepUsedUniforms(body, first);
  return body;
}
