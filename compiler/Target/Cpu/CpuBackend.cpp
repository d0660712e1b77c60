//===- CpuBackend.cpp -----------------------------------------------------===//

#include "compiler/Target/Cpu/CpuBackend.h"

#include "compiler/Target/MachineCode/CodeGen.h"
#include "compiler/Target/MachineCode/LowerKernels.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>
#include <thread>

using namespace mlir;
using namespace dsc;

/// A level that this backend compiles for.
namespace {
struct CpuLevel {
  llvm::StringRef name;
  CodeTarget machine;
  llvm::StringRef vectorWidth; ///< bits that the code generator prefers
};
} // namespace

static constexpr CpuLevel cpuLevels[] = {
    {"x86-64-v3", {"x86_64-unknown-linux-gnu", "x86-64-v3"}, "256"},
    {"x86-64-v4", {"x86_64-unknown-linux-gnu", "x86-64-v4"}, "512"},
    {"aarch64", {"aarch64-unknown-linux-gnu", "generic"}, "128"},
};

static const CpuLevel *findCpuLevel(llvm::StringRef name) {
  const auto *found = llvm::find_if(
      cpuLevels, [&](const CpuLevel &level) { return level.name == name; });
  return found == std::end(cpuLevels) ? nullptr : found;
}

/// The targets of the table above; LLVM may know more.
static void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
  });
}

//===----------------------------------------------------------------------===//
// From kernels to the LLVM dialect
//===----------------------------------------------------------------------===//

/// Kernels in the LLVM dialect, and the names of those that are exported.
namespace {
struct LoweredKernels {
  OwningOpRef<ModuleOp> module;
  std::vector<std::string> exported;
};
} // namespace

/// Adds `void dsc_tracks(i64 step, double *out, const double *state)`, which
/// stores each track.
static LogicalResult addExportedTracks(ModuleOp module, StringRef name) {
  func::FuncOp tracks = findTracks(module, name);
  if (!tracks)
    return failure();
  Location loc = tracks.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto function = func::FuncOp::create(
      builder, loc, kTracksSymbol,
      builder.getFunctionType({builder.getI64Type(), pointer, pointer}, {}));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  emitTracks(builder, tracks, entry->getArgument(0), entry->getArgument(1),
             entry->getArgument(2));
  func::ReturnOp::create(builder, loc);
  return success();
}

static FailureOr<LoweredKernels> lower(ModuleOp module,
                                       const CompileOptions &options) {
  module.getContext()->loadDialect<func::FuncDialect, LLVM::LLVMDialect>();
  LoweredKernels lowered{copyKernels(module), listKernels(module)};
  if (!options.exportedTracks.empty()) {
    if (failed(addExportedTracks(*lowered.module, options.exportedTracks)))
      return failure();
    lowered.exported.push_back(kTracksSymbol);
  }
  if (failed(lowerKernels(*lowered.module, createCpuLoopsPass())))
    return failure();
  return lowered;
}

//===----------------------------------------------------------------------===//
// Levels side by side
//===----------------------------------------------------------------------===//

/// Marks the functions for a level; the exported ones get its suffix.
static void prepare(llvm::Module &module, const CpuLevel &level,
                    ArrayRef<std::string> exported) {
  std::string suffix = "__" + level.name.str();
  std::replace(suffix.begin(), suffix.end(), '-', '_');
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", level.machine.cpu);
    function.addFnAttr("prefer-vector-width", level.vectorWidth);
    if (llvm::is_contained(exported, function.getName()))
      function.setName(function.getName() + suffix);
  }
}

namespace {

/// One level's code: translated in turn, generated side by side.
struct LevelJob {
  const CpuLevel *level;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::string bytes, error;

  void run(CodeForm form) {
    auto code = generateCode(*module, level->machine, form);
    if (code)
      bytes = std::move(*code);
    else
      error = llvm::toString(code.takeError());
  }
};

class CpuBackend final : public TargetBackend {
public:
  CpuBackend() {
    for (const CpuLevel &level : cpuLevels)
      levels.push_back(level.name);
  }

  StringRef getName() const final { return "cpu"; }
  void registerPasses() const final { registerPass(createCpuLoopsPass); }
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
static LogicalResult createJobs(LoweredKernels &lowered,
                                ArrayRef<StringRef> names,
                                std::vector<LevelJob> &jobs) {
  ModuleOp module = *lowered.module;
  for (StringRef name : names) {
    LevelJob job;
    job.level = findCpuLevel(name);
    if (!job.level)
      return emitError(module.getLoc(), "found no level '")
             << name << "' of target cpu";
    job.context = std::make_unique<llvm::LLVMContext>();
    job.module = translateKernels(module, lowered.exported, *job.context);
    if (!job.module)
      return failure();
    prepare(*job.module, *job.level, lowered.exported);
    jobs.push_back(std::move(job));
  }
  return success();
}

FailureOr<std::vector<TargetCode>>
CpuBackend::generate(ModuleOp module, const CompileOptions &options,
                     CodeForm form) const {
  initializeTargets();
  FailureOr<LoweredKernels> lowered = lower(module, options);
  if (failed(lowered))
    return failure();
  SmallVector<StringRef> names(options.levels.begin(), options.levels.end());
  if (names.empty())
    llvm::append_range(names, getDefaultLevels());
  std::vector<LevelJob> jobs;
  if (failed(createJobs(*lowered, names, jobs)))
    return failure();
  std::vector<std::thread> threads;
  for (LevelJob &job : MutableArrayRef<LevelJob>(jobs).drop_front())
    threads.emplace_back([&] { job.run(form); });
  jobs.front().run(form);
  for (std::thread &thread : threads)
    thread.join();
  std::vector<TargetCode> code;
  for (LevelJob &job : jobs) {
    if (!job.error.empty())
      return emitError(module.getLoc(), job.error);
    code.push_back({TargetCode::object, job.level->name.str(), job.bytes, {}});
  }
  return code;
}

std::unique_ptr<TargetBackend> dsc::createCpuBackend() {
  return std::make_unique<CpuBackend>();
}
