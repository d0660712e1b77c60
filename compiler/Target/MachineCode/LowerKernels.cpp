//===- LowerKernels.cpp ---------------------------------------------------===//

#include "compiler/Target/MachineCode/LowerKernels.h"

#include "dialect/Plan/PlanDialect.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace dsc;

OwningOpRef<ModuleOp> dsc::copyKernels(ModuleOp module) {
  OwningOpRef<ModuleOp> copy(ModuleOp::create(module.getLoc()));
  OpBuilder builder = OpBuilder::atBlockEnd(copy->getBody());
  for (Operation &op : *module.getBody())
    if (isa<plan_ir::KernelOp, plan_ir::BufferOp>(op))
      builder.clone(op);
    else if (auto function = dyn_cast<func::FuncOp>(op))
      cast<func::FuncOp>(builder.clone(op)).setPrivate();
  return copy;
}

std::vector<std::string> dsc::listKernels(ModuleOp module) {
  std::vector<std::string> names;
  for (auto kernel : module.getOps<plan_ir::KernelOp>())
    names.push_back(kernel.getSymName().str());
  return names;
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

static void registerConversions(MLIRContext *context) {
  DialectRegistry registry;
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertFuncToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  vector::registerConvertVectorToLLVMInterface(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context->appendDialectRegistry(registry);
}

LogicalResult dsc::lowerKernels(ModuleOp module, std::unique_ptr<Pass> loops) {
  MLIRContext *context = module.getContext();
  registerConversions(context);
  PassManager passes(context);
  passes.addPass(std::move(loops));
  passes.addPass(createSymbolDCEPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  return passes.run(module);
}

FailureOr<TranslatedKernels>
dsc::translateKernels(ModuleOp lowered, ArrayRef<std::string> exported) {
  TranslatedKernels kernels{std::make_unique<llvm::LLVMContext>(), nullptr};
  kernels.module =
      translateModuleToLLVMIR(lowered, *kernels.context, "kernels");
  if (!kernels.module)
    return failure();
  for (llvm::Function &function : *kernels.module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    if (!llvm::is_contained(exported, function.getName()))
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
  return kernels;
}

//===----------------------------------------------------------------------===//
// The tracks
//===----------------------------------------------------------------------===//

func::FuncOp dsc::findTracks(ModuleOp module, StringRef name) {
  auto tracks = module.lookupSymbol<func::FuncOp>(name);
  if (!tracks)
    emitError(module.getLoc(), "found no function '") << name << "' to export";
  return tracks;
}

void dsc::emitTracks(OpBuilder &builder, func::FuncOp tracks, Value step,
                     Value out, Value state) {
  Location loc = tracks.getLoc();
  Type f64 = builder.getF64Type();
  auto addressOf = [&](Value base, size_t index) -> Value {
    return LLVM::GEPOp::create(
        builder, loc, base.getType(), f64, base,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  };
  SmallVector<Value> arguments{step};
  for (size_t slot = 0; slot + 1 < tracks.getNumArguments(); ++slot)
    arguments.push_back(
        LLVM::LoadOp::create(builder, loc, f64, addressOf(state, slot)));
  auto call = func::CallOp::create(builder, loc, tracks, arguments);
  for (auto [index, value] : llvm::enumerate(call.getResults()))
    LLVM::StoreOp::create(builder, loc, value, addressOf(out, index));
}
