//===- ProgramBuilder.cpp -------------------------------------------------===//

#include "compiler/Transforms/Optimizer/ProgramBuilder.h"

#include "runtime/Artifact/KernelAbi.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

ProgramBuilder::ProgramBuilder(const OptimizerProgram &program, ModuleOp module)
    : program(program), builder(module.getContext()),
      loc(program.tracks->getLoc()),
      blocks(llvm::divideCeil(program.elements, kBlockElements)) {
  builder.setInsertionPointToEnd(module.getBody());
  func::FuncOp tracks = program.tracks;
  for (auto name : tracks->getAttrOfType<ArrayAttr>(tracksAttributeName)
                       .getAsValueRange<StringAttr>())
    result.tracks.push_back(name.str());
}

OptimizerKernels ProgramBuilder::build() {
  addUpdateBodies();
  addUniformNames();
  addBuffers();
  if (!program.uniformsInUpdate) {
    addNorm();
    addFinish();
  }
  for (size_t group = 0; group < program.groups.size(); ++group)
    addUpdate(group);
  return std::move(result);
}

//===----------------------------------------------------------------------===//
// Bodies and uniforms
//===----------------------------------------------------------------------===//

/// A symbol that C and linkers can hold.
static std::string makeSymbol(StringRef prefix, StringRef name) {
  std::string symbol = prefix.str();
  for (char c : name)
    symbol += llvm::isAlnum(c) ? c : '_';
  return symbol;
}

void ProgramBuilder::addUpdateBodies() {
  for (const OptimizerGroup &group : program.groups) {
    std::string base = makeSymbol("update_", group.name), symbol = base;
    for (unsigned copy = 2; !symbols.insert(symbol).second; ++copy)
      symbol = base + "_" + std::to_string(copy);
    result.updates.push_back(symbol);
    bodies.push_back(buildUpdateBody(builder, symbol + "_body", group,
                                     program.clipNorm.has_value(),
                                     program.precision));
    for (const SlotSpec &slot : bodies.back().slots)
      if (!llvm::is_contained(result.slots, slot.name))
        result.slots.push_back(slot.name);
  }
}

void ProgramBuilder::addUniformNames() {
  auto &names = result.uniforms;
  names = result.tracks;
  names.push_back("grad_norm");
  names.push_back("finite");
  if (program.clipNorm) {
    clipSlot = names.size();
    names.push_back("clip_factor");
  }
  for (auto [group, body] : llvm::zip_equal(program.groups, bodies)) {
    SmallVector<std::string> own = getUniformNames(group);
    SmallVector<int64_t> &slots = uniformSlots.emplace_back();
    if (body.clips)
      slots.push_back(clipSlot);
    for (unsigned uniform : body.uniforms) {
      slots.push_back(names.size());
      names.push_back(group.name + "." + own[uniform]);
    }
  }
}

TrackValues ProgramBuilder::callTracks(Scalar &s, Value step, ValueRange state,
                                       SmallVectorImpl<Value> &results) {
  SmallVector<Value> arguments{step};
  llvm::append_range(arguments, state);
  auto call =
      func::CallOp::create(builder, s.getLoc(), program.tracks, arguments);
  llvm::append_range(results, call.getResults());
  TrackValues values{step, {}, {}, {}};
  for (auto [name, value] : llvm::zip_equal(result.tracks, call.getResults())) {
    if (name == "lr")
      values.lr = value;
    else if (name == "momentum")
      values.momentum = value;
    else if (name == "weight_decay")
      values.weightDecay = value;
  }
  return values;
}

func::FuncOp ProgramBuilder::addFunction(StringRef name, TypeRange inputs,
                                         size_t f64Results) {
  SmallVector<Type> results(f64Results, builder.getF64Type());
  auto function = func::FuncOp::create(
      builder, loc, name, builder.getFunctionType(inputs, results));
  function.setPrivate();
  function.addEntryBlock();
  return function;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

void ProgramBuilder::addBuffer(StringRef name, Type type, Extent extent,
                               int64_t count, double fill, bool saved) {
  BufferOp::create(builder, loc, name, type, extent, count, llvm::APFloat(fill),
                   saved);
}

void ProgramBuilder::addSlot(const SlotSpec &slot) {
  addBuffer(slot.name, builder.getF32Type(), Extent::element, program.elements,
            slot.fill, /*saved=*/true);
}

void ProgramBuilder::addBuffers() {
  Type f32 = builder.getF32Type(), f64 = builder.getF64Type();
  // Not `saved`: the masters go into the model's file, not the optimizer's.
  addBuffer("param", f32, Extent::element, program.elements);
  addBuffer("grad", f32, Extent::element, program.elements);
  if (program.precision == ComputePrecision::bf16Mixed)
    addBuffer("compute", builder.getBF16Type(), Extent::element,
              program.elements);
  llvm::StringSet<> seen;
  for (const UpdateBody &body : bodies)
    for (const SlotSpec &slot : body.slots)
      if (seen.insert(slot.name).second)
        addSlot(slot);
  addBuffer("counters", builder.getI64Type(), Extent::program, kCounterCount);
  if (program.uniformsInUpdate)
    return;
  addBuffer("partials", f64, Extent::block, blocks);
  addBuffer("uniforms", f64, Extent::program, result.uniforms.size());
  // Not `saved`: a checkpoint keeps it in its manifest.
  if (program.observe)
    addBuffer("state", f64, Extent::program, stateSize());
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

UseAttr ProgramBuilder::use(StringRef buffer, Access access) {
  MLIRContext *context = builder.getContext();
  return UseAttr::get(context, FlatSymbolRefAttr::get(context, buffer), access);
}

void ProgramBuilder::addKernel(StringRef name, KernelKind kind,
                               ArrayRef<Attribute> uses,
                               ArrayRef<int64_t> uniforms, StringRef prologue,
                               double bytes, ArrayRef<StringRef> stages,
                               Location kernelLoc) {
  MLIRContext *context = builder.getContext();
  auto body = FlatSymbolRefAttr::get(context, (name + "_body").str());
  auto before =
      prologue.empty() ? nullptr : FlatSymbolRefAttr::get(context, prologue);
  KernelOp::create(
      builder, kernelLoc, builder.getStringAttr(name),
      KernelKindAttr::get(context, kind), body, builder.getArrayAttr(uses),
      builder.getDenseI64ArrayAttr(uniforms), before,
      builder.getF64FloatAttr(bytes), builder.getStrArrayAttr(stages));
}

void ProgramBuilder::addNorm() {
  {
    OpBuilder::InsertionGuard guard(builder);
    Type inputs[] = {builder.getI64Type(), builder.getF32Type()};
    func::FuncOp body = addFunction("norm_body", inputs, 1);
    builder.setInsertionPointToStart(&body.front());
    Scalar s(builder, loc);
    // Exact: the square of an f32 has 48 bits.
    Value gradient = s.toF64(body.getArgument(1));
    func::ReturnOp::create(builder, loc, s.mul(gradient, gradient));
  }
  result.reduce = "norm";
  addKernel("norm", KernelKind::reduce,
            {use("grad", Access::read), use("partials", Access::partials)}, {},
            "", 4, {"norm"}, loc);
}

/// The uniforms, then the state. What the schedule makes of the step's metrics
/// holds for the step itself; a step that is not made leaves the state alone.
SmallVector<Value> ProgramBuilder::emitFinish(Scalar &s, Value step, Value sum,
                                              ValueRange state) {
  SmallVector<Value> values, next;
  if (program.observe) {
    SmallVector<Value> arguments{step, s.sqrt(sum)};
    llvm::append_range(arguments, state);
    auto call =
        func::CallOp::create(builder, s.getLoc(), program.observe, arguments);
    llvm::append_range(next, call.getResults());
  }
  TrackValues tracks = callTracks(s, step, next, values);
  Value norm = s.sqrt(sum), one = s.f64(1);
  // A NaN or an infinity anywhere makes the sum one: it cannot overflow.
  Value isFinite = s.compare(arith::CmpFPredicate::OLT, sum,
                             s.f64(std::numeric_limits<double>::infinity()));
  values.push_back(norm);
  values.push_back(s.select(isFinite, one, s.f64(0)));
  if (program.clipNorm) {
    Value factor = s.div(s.f64(*program.clipNorm), s.add(norm, s.f64(1e-6)));
    Value clips = s.compare(arith::CmpFPredicate::OLT, factor, one);
    values.push_back(s.select(clips, factor, one));
  }
  for (auto [group, body] : llvm::zip_equal(program.groups, bodies)) {
    Scalar own(builder, group.loc);
    SmallVector<Value> uniforms = emitGroupUniforms(own, group, tracks);
    for (unsigned uniform : body.uniforms)
      values.push_back(uniforms[uniform]);
  }
  for (auto [before, after] : llvm::zip_equal(state, next))
    values.push_back(s.select(isFinite, after, before));
  return values;
}

void ProgramBuilder::addFinish() {
  {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Type> inputs = {builder.getI64Type(), builder.getF64Type()};
    inputs.append(stateSize(), builder.getF64Type());
    func::FuncOp body = addFunction("finish_body", inputs,
                                    result.uniforms.size() + stateSize());
    builder.setInsertionPointToStart(&body.front());
    Scalar s(builder, loc);
    ValueRange arguments = body.getArguments();
    func::ReturnOp::create(
        builder, loc,
        emitFinish(s, arguments[0], arguments[1], arguments.drop_front(2)));
  }
  SmallVector<StringRef> stages = {"norm", "schedule", "uniforms"};
  if (program.clipNorm)
    stages.insert(stages.begin() + 1, "clip");
  SmallVector<Attribute> uses = {use("partials", Access::partials),
                                 use("counters", Access::counters),
                                 use("uniforms", Access::uniforms)};
  if (program.observe) {
    uses.push_back(use("state", Access::state));
    stages.insert(llvm::find(stages, "schedule"), "observe");
  }
  result.finish = "finish";
  addKernel("finish", KernelKind::finish, uses, {}, "", 0, stages, loc);
}

std::string ProgramBuilder::addPrologue(size_t index) {
  const OptimizerGroup &group = program.groups[index];
  std::string name = result.updates[index] + "_uniforms";
  OpBuilder::InsertionGuard guard(builder);
  func::FuncOp function =
      addFunction(name, builder.getI64Type(), bodies[index].uniforms.size());
  builder.setInsertionPointToStart(&function.front());
  Scalar s(builder, group.loc);
  SmallVector<Value> tracks, values;
  SmallVector<Value> uniforms = emitGroupUniforms(
      s, group, callTracks(s, function.getArgument(0), {}, tracks));
  for (unsigned uniform : bodies[index].uniforms)
    values.push_back(uniforms[uniform]);
  func::ReturnOp::create(builder, group.loc, values);
  return name;
}

void ProgramBuilder::addUpdate(size_t index) {
  const OptimizerGroup &group = program.groups[index];
  const UpdateBody &body = bodies[index];
  SmallVector<Attribute> uses = {use("grad", Access::read),
                                 use("param", Access::update)};
  OptimizerInterface optimizer = group.optimizer;
  SmallVector<StringRef> stages = {
      optimizer.getOperation()->getName().stripDialect()};
  double bytes = 4 + 8 * (1 + body.slots.size());
  for (const SlotSpec &slot : body.slots)
    uses.push_back(use(slot.name, Access::update));
  if (body.clips)
    stages.insert(stages.begin(), "clip");
  if (program.precision == ComputePrecision::bf16Mixed) {
    uses.push_back(use("compute", Access::write));
    stages.push_back("bf16_copy");
    bytes += 2;
  }
  SmallVector<int64_t> uniforms = uniformSlots[index];
  std::string prologue;
  if (program.uniformsInUpdate) {
    prologue = addPrologue(index);
    uniforms.assign(
        llvm::to_vector(llvm::seq<int64_t>(0, body.uniforms.size())));
    stages.insert(stages.begin(), "schedule");
    uses.push_back(use("counters", Access::counters));
  } else {
    uses.push_back(use("uniforms", Access::uniforms));
  }
  addKernel(result.updates[index], KernelKind::map, uses, uniforms, prologue,
            bytes, stages, group.loc);
  remarkFusion(index, stages);
}

void ProgramBuilder::remarkFusion(size_t index, ArrayRef<StringRef> stages) {
  const OptimizerGroup &group = program.groups[index];
  // A remark may outlive this builder: its names live as long as the context.
  StringRef symbol = builder.getStringAttr(result.updates[index]).getValue();
  auto options =
      remark::RemarkOpts::name("fusion").category("optimizer").function(symbol);
  remark::passed(loc, options)
      << "schedule fused into update of group " + group.name;
  remark::passed(group.loc, options)
      << "one pass over group " + group.name + ": " + llvm::join(stages, ", ");
}
