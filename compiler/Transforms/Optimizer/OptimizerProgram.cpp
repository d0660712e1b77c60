//===- OptimizerProgram.cpp - checks, then builds -------------------------===//

#include "compiler/Transforms/Optimizer/OptimizerProgram.h"

#include "compiler/Transforms/Optimizer/ProgramBuilder.h"
#include "runtime/Artifact/KernelAbi.h"

using namespace mlir;
using namespace dsc;

/// The schedule function returns one f64 for each track that it names.
static LogicalResult checkTracks(func::FuncOp tracks, func::FuncOp observe) {
  auto names = tracks->getAttrOfType<ArrayAttr>(tracksAttributeName);
  FunctionType type = tracks.getFunctionType();
  size_t slots = observe ? observe.getNumResults() : 0;
  bool fits = names && !names.empty() && type.getNumInputs() == 1 + slots &&
              type.getInput(0).isInteger(64) &&
              type.getNumResults() == names.size() &&
              llvm::all_of(type.getResults(), [](Type t) { return t.isF64(); });
  if (!fits || cast<StringAttr>(names[0]).getValue() != "lr")
    return tracks.emitError("found a schedule of type ")
           << type
           << ", expected one f64 of an i64 step and the state for each "
           << "track, lr first";
  return success();
}

static LogicalResult checkGroup(const OptimizerGroup &group, int64_t elements) {
  bool whole = group.end % kBlockElements == 0 || group.end == elements;
  if (group.begin < 0 || group.begin > group.end || group.end > elements ||
      group.begin % kBlockElements != 0 || !whole)
    return emitError(group.loc)
           << "found elements [" << group.begin << ", " << group.end
           << ") for group " << group.name << " of " << elements
           << ", expected whole blocks";
  OptimizerInterface optimizer = group.optimizer;
  for (const SlotSpec &slot : optimizer.getSlots())
    if (slot.extent != SlotExtent::element)
      return emitError(group.loc)
             << "state '" << slot.name
             << "' with one value for more than an element is not supported "
                "yet";
  return success();
}

FailureOr<OptimizerKernels> dsc::lowerOptimizer(const OptimizerProgram &program,
                                                ModuleOp module) {
  if (failed(checkTracks(program.tracks, program.observe)))
    return failure();
  if (program.elements < 1)
    return module.emitError("found no trained parameters, expected some");
  if (program.uniformsInUpdate && program.clipNorm)
    return module.emitError("clipping needs the gradient's norm");
  if (program.uniformsInUpdate && program.observe)
    return module.emitError("a schedule that reacts needs a finish");
  for (const OptimizerGroup &group : program.groups)
    if (failed(checkGroup(group, program.elements)))
      return failure();
  return ProgramBuilder(program, module).build();
}
