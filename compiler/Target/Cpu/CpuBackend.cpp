//===- CpuBackend.cpp -----------------------------------------------------===//

#include "compiler/Target/Cpu/CpuBackend.h"

#include "compiler/Target/MachineCode/CodeGen.h"
#include "compiler/Target/MachineCode/LowerKernels.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

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

static llvm::Expected<std::vector<TargetCode>>
generateLevel(TranslatedKernels &kernels, const CpuLevel &level,
              CodeForm form) {
  auto bytes = generateCode(*kernels.module, level.machine, form);
  if (!bytes)
    return bytes.takeError();
  std::vector<TargetCode> codes;
  codes.push_back(
      {TargetCode::object, level.name.str(), std::move(*bytes), {}});
  return codes;
}

/// Levels are translated in turn and generated side by side.
static FailureOr<std::vector<PendingCode>>
startLevels(ModuleOp lowered, ArrayRef<std::string> exported,
            ArrayRef<StringRef> names, CodeForm form) {
  std::vector<PendingCode> pending;
  for (StringRef name : names) {
    const CpuLevel *level = findCpuLevel(name);
    if (!level)
      return emitError(lowered.getLoc(), "found no level '")
             << name << "' of target cpu";
    auto kernels = translateKernels(lowered, exported);
    if (failed(kernels))
      return failure();
    prepare(*kernels->module, *level, exported);
    pending.push_back(
        startCode([kernels = std::move(*kernels), level, form]() mutable {
          return generateLevel(kernels, *level, form);
        }));
  }
  return pending;
}

namespace {

class CpuBackend final : public TargetBackend {
public:
  CpuBackend() {
    initializeTargets();
    for (const CpuLevel &level : cpuLevels)
      levels.push_back(level.name);
  }

  StringRef getName() const final { return "cpu"; }
  void registerPasses() const final { registerPass(createCpuLoopsPass); }
  ArrayRef<StringRef> getLevels() const final { return levels; }
  ArrayRef<StringRef> getDefaultLevels() const final {
    return getLevels().take_front(2);
  }

  FailureOr<std::vector<PendingCode>>
  compile(ModuleOp module, const CompileOptions &options) const final {
    return start(module, options, CodeForm::object);
  }

  FailureOr<std::string> emit(ModuleOp module, StringRef level, CodeForm form,
                              const CompileOptions &options) const final {
    CompileOptions one = options;
    one.levels = {level.str()};
    auto pending = start(module, one, form);
    if (failed(pending))
      return failure();
    auto code = waitForCode(std::move(*pending), module.getContext());
    if (failed(code))
      return failure();
    return std::move(code->front().bytes);
  }

private:
  FailureOr<std::vector<PendingCode>>
  start(ModuleOp module, const CompileOptions &options, CodeForm form) const;
  SmallVector<StringRef> levels;
};

} // namespace

FailureOr<std::vector<PendingCode>>
CpuBackend::start(ModuleOp module, const CompileOptions &options,
                  CodeForm form) const {
  FailureOr<LoweredKernels> lowered = lower(module, options);
  if (failed(lowered))
    return failure();
  SmallVector<StringRef> names(options.levels.begin(), options.levels.end());
  if (names.empty())
    llvm::append_range(names, getDefaultLevels());
  return startLevels(*lowered->module, lowered->exported, names, form);
}

std::unique_ptr<TargetBackend> dsc::createCpuBackend() {
  return std::make_unique<CpuBackend>();
}
