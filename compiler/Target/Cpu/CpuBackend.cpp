//===- CpuBackend.cpp -----------------------------------------------------===//

#include "compiler/Target/Cpu/CpuBackend.h"

#include "compiler/Target/Cpu/CodeGen.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"

#include <optional>
#include <thread>

using namespace mlir;
using namespace dsc;

/// Kernels in the LLVM dialect, and the names of those that are exported.
namespace {
struct LoweredKernels {
  OwningOpRef<ModuleOp> module;
  std::vector<std::string> exported;
};
} // namespace

static constexpr llvm::StringLiteral kTracksSymbol = "dsc_tracks";

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

/// Adds `void dsc_tracks(i64 step, double *out, const double *state)`, which
/// stores each track.
static LogicalResult addExportedTracks(ModuleOp module, StringRef name) {
  auto tracks = module.lookupSymbol<func::FuncOp>(name);
  if (!tracks)
    return module.emitError("found no function '") << name << "' to export";
  Location loc = tracks.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto function = func::FuncOp::create(
      builder, loc, kTracksSymbol,
      builder.getFunctionType({builder.getI64Type(), pointer, pointer}, {}));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  auto addressOf = [&](unsigned argument, size_t index) -> Value {
    return LLVM::GEPOp::create(
        builder, loc, pointer, builder.getF64Type(),
        entry->getArgument(argument),
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  };
  SmallVector<Value> arguments{entry->getArgument(0)};
  for (size_t slot = 0; slot + 1 < tracks.getNumArguments(); ++slot)
    arguments.push_back(LLVM::LoadOp::create(builder, loc, builder.getF64Type(),
                                             addressOf(2, slot)));
  auto call = func::CallOp::create(builder, loc, tracks, arguments);
  for (auto [index, value] : llvm::enumerate(call.getResults()))
    LLVM::StoreOp::create(builder, loc, value, addressOf(1, index));
  func::ReturnOp::create(builder, loc);
  return success();
}

/// A module of its own with the kernels, their buffers and all functions.
static OwningOpRef<ModuleOp> copyKernels(ModuleOp module) {
  OwningOpRef<ModuleOp> copy(ModuleOp::create(module.getLoc()));
  OpBuilder builder = OpBuilder::atBlockEnd(copy->getBody());
  for (Operation &op : *module.getBody())
    if (isa<plan_ir::KernelOp, plan_ir::BufferOp>(op))
      builder.clone(op);
    else if (auto function = dyn_cast<func::FuncOp>(op))
      cast<func::FuncOp>(builder.clone(op)).setPrivate();
  return copy;
}

static FailureOr<LoweredKernels> lower(ModuleOp module,
                                       const CompileOptions &options) {
  MLIRContext *context = module.getContext();
  context->loadDialect<func::FuncDialect, LLVM::LLVMDialect>();
  registerConversions(context);
  LoweredKernels lowered;
  lowered.module = copyKernels(module);
  for (auto kernel : lowered.module->getOps<plan_ir::KernelOp>())
    lowered.exported.push_back(kernel.getSymName().str());
  if (!options.exportedTracks.empty()) {
    if (failed(addExportedTracks(*lowered.module, options.exportedTracks)))
      return failure();
    lowered.exported.push_back(kTracksSymbol.str());
  }
  PassManager passes(context);
  passes.addPass(createCpuLoopsPass());
  passes.addPass(createSymbolDCEPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  if (failed(passes.run(*lowered.module)))
    return failure();
  return lowered;
}

namespace {

/// One level's code: translated in turn, generated side by side.
struct LevelJob {
  const CpuLevel *level;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::string bytes, error;

  void run(ArrayRef<std::string> exported, CodeForm form) {
    auto code = generateCode(*module, *level, exported, form);
    if (code)
      bytes = std::move(*code);
    else
      error = llvm::toString(code.takeError());
  }
};

class CpuBackend final : public TargetBackend {
public:
  CpuBackend() {
    for (const CpuLevel &level : getCpuLevels())
      levels.push_back(level.name);
  }

  StringRef getName() const final { return "cpu"; }
  ArrayRef<StringRef> getLevels() const final { return levels; }
  ArrayRef<StringRef> getDefaultLevels() const final {
    return getLevels().take_front(2);
  }

  FailureOr<std::vector<TargetCode>>
  compile(ModuleOp module, const CompileOptions &options) const final {
    return generate(module, options, CodeForm::object);
  }

  FailureOr<std::string> emit(ModuleOp module, StringRef level, CodeForm form,
                              const CompileOptions &options) const final {
    CompileOptions one = options;
    one.levels = {level.str()};
    auto code = generate(module, one, form);
    if (failed(code))
      return failure();
    return std::move(code->front().bytes);
  }

private:
  FailureOr<std::vector<TargetCode>>
  generate(ModuleOp module, const CompileOptions &options, CodeForm form) const;
  SmallVector<StringRef> levels;
};

} // namespace

/// Starts a job for each level asked for.
static LogicalResult createJobs(ModuleOp lowered, ArrayRef<StringRef> names,
                                std::vector<LevelJob> &jobs) {
  for (StringRef name : names) {
    LevelJob job;
    job.level = findCpuLevel(name);
    if (!job.level)
      return lowered.emitError("found no level '") << name << "' of target cpu";
    job.context = std::make_unique<llvm::LLVMContext>();
    job.module = translateModuleToLLVMIR(lowered, *job.context, "kernels");
    if (!job.module)
      return failure();
    jobs.push_back(std::move(job));
  }
  return success();
}

FailureOr<std::vector<TargetCode>>
CpuBackend::generate(ModuleOp module, const CompileOptions &options,
                     CodeForm form) const {
  FailureOr<LoweredKernels> lowered = lower(module, options);
  if (failed(lowered))
    return failure();
  SmallVector<StringRef> names(options.levels.begin(), options.levels.end());
  if (names.empty())
    llvm::append_range(names, getDefaultLevels());
  std::vector<LevelJob> jobs;
  if (failed(createJobs(*lowered->module, names, jobs)))
    return failure();
  std::vector<std::thread> threads;
  for (LevelJob &job : MutableArrayRef<LevelJob>(jobs).drop_front())
    threads.emplace_back([&] { job.run(lowered->exported, form); });
  jobs.front().run(lowered->exported, form);
  for (std::thread &thread : threads)
    thread.join();
  std::vector<TargetCode> code;
  for (LevelJob &job : jobs) {
    if (!job.error.empty())
      return module.emitError(job.error);
    code.push_back({TargetCode::object, job.level->name.str(), job.bytes});
  }
  return code;
}

std::unique_ptr<TargetBackend> dsc::createCpuBackend() {
  return std::make_unique<CpuBackend>();
}
