//===- CudaBackend.cpp ----------------------------------------------------===//

#include "cuda/Codegen/CudaBackend.h"

#include "compiler/Target/MachineCode/CodeGen.h"
#include "compiler/Target/MachineCode/LowerKernels.h"
#include "cuda/Codegen/GpuFrame.h"
#include "cuda/Codegen/Ptxas.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace mlir;
using namespace dsc;

/// The first one is also the level of the PTX: newer GPUs run it too.
static constexpr StringRef kLevels[] = {"sm_80", "sm_90", "sm_100", "sm_120"};

static void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
}

//===----------------------------------------------------------------------===//
// From kernels to PTX
//===----------------------------------------------------------------------===//

/// Adds the entry that evaluates the schedule, a step to a thread.
static LogicalResult addExportedTracks(ModuleOp module, StringRef name) {
  func::FuncOp tracks = findTracks(module, name);
  if (!tracks)
    return failure();
  Location loc = tracks.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Entry entry(builder, loc, kTracksSymbol, 2, kTracksGeometry.threads);
  Value out = entry.function.getArgument(0),
        state = entry.function.getArgument(1);
  // Counted in rows, which no range of steps makes overflow.
  Value rows = arith::SubIOp::create(builder, loc, entry.end, entry.begin);
  Value count = arith::ConstantOp::create(
      builder, loc, builder.getI64IntegerAttr(tracks.getNumResults()));
  scf::ForOp::create(
      builder, loc, entry.self, rows, entry.all, ValueRange(),
      [&](OpBuilder &, Location, Value row, ValueRange) {
        Value step = arith::AddIOp::create(builder, loc, entry.begin, row);
        Value slot = arith::MulIOp::create(builder, loc, row, count);
        Value place = LLVM::GEPOp::create(builder, loc, out.getType(),
                                          builder.getF64Type(), out,
                                          ArrayRef<LLVM::GEPArg>{slot});
        emitTracks(builder, tracks, step, place, state);
        scf::YieldOp::create(builder, loc);
      });
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return success();
}

/// How each entry is launched, in the order of the module.
static std::vector<DeviceKernel> listGeometry(ModuleOp module, bool tracks) {
  std::vector<DeviceKernel> kernels;
  auto add = [&](StringRef name, Geometry geometry) {
    kernels.push_back({name.str(), geometry.threads, geometry.span});
  };
  for (auto kernel : module.getOps<plan_ir::KernelOp>())
    add(kernel.getSymName(), geometryOf(kernel.getKind()));
  if (tracks)
    add(kTracksSymbol, kTracksGeometry);
  return kernels;
}

namespace {

/// All kernels as LLVM IR, and how each is launched.
struct LoweredKernels {
  TranslatedKernels code;
  std::vector<DeviceKernel> geometry;
};

} // namespace

static FailureOr<LoweredKernels> lower(ModuleOp module,
                                       const CompileOptions &options) {
  MLIRContext *context = module.getContext();
  context->loadDialect<func::FuncDialect, NVVM::NVVMDialect, scf::SCFDialect>();
  registerNVVMDialectTranslation(*context);
  OwningOpRef<ModuleOp> copy = copyKernels(module);
  bool tracks = !options.exportedTracks.empty();
  std::vector<DeviceKernel> geometry = listGeometry(*copy, tracks);
  if (tracks && failed(addExportedTracks(*copy, options.exportedTracks)))
    return failure();
  if (failed(lowerKernels(*copy, createCudaLoopsPass())))
    return failure();

  std::vector<std::string> exported;
  for (const DeviceKernel &kernel : geometry)
    exported.push_back(kernel.name);
  auto code = translateKernels(*copy, exported);
  if (failed(code))
    return failure();
  // A call would need a stack.
  for (llvm::Function &function : *code->module)
    if (!function.isDeclaration() && function.hasInternalLinkage())
      function.addFnAttr(llvm::Attribute::AlwaysInline);
  return LoweredKernels{std::move(*code), std::move(geometry)};
}

/// PTX, or LLVM IR, of all kernels.
static llvm::Expected<std::string> generateText(LoweredKernels &kernels,
                                                CodeForm form) {
  return generateCode(*kernels.code.module, {"nvptx64-nvidia-cuda", kLevels[0]},
                      form);
}

//===----------------------------------------------------------------------===//
// The backend
//===----------------------------------------------------------------------===//

/// Gives each entry of a cubin its geometry.
static std::vector<DeviceKernel> merge(std::vector<DeviceKernel> kernels,
                                       ArrayRef<DeviceKernel> figures) {
  for (DeviceKernel &kernel : kernels)
    for (const DeviceKernel &found : figures)
      if (found.name == kernel.name) {
        int64_t threads = kernel.threads, span = kernel.span;
        kernel = found;
        kernel.threads = threads;
        kernel.span = span;
      }
  return kernels;
}

/// What is wrong with this machine is at no place of the recipe.
static Location nowhere(ModuleOp module) {
  return UnknownLoc::get(module.getContext());
}

static InFlightDiagnostic sayNoAssembler(InFlightDiagnostic diagnostic) {
  diagnostic << "found no ptxas";
  diagnostic.attachNote() << "hint: install NVIDIA's toolkit, or name one in "
                             "the environment variable DSC_PTXAS";
  return diagnostic;
}

namespace {

class CudaBackend final : public TargetBackend {
public:
  CudaBackend() { initializeTarget(); }

  StringRef getName() const final { return "cuda"; }
  ArrayRef<StringRef> getLevels() const final { return kLevels; }
  ArrayRef<StringRef> getDefaultLevels() const final { return kLevels; }
  StringRef getResource() const final { return "nvidia.com/gpu"; }
  void registerPasses() const final { registerPass(createCudaLoopsPass); }

  FailureOr<std::vector<PendingCode>>
  compile(ModuleOp module, const CompileOptions &options) const final;
  FailureOr<std::string> emit(ModuleOp module, StringRef level, CodeForm form,
                              const CompileOptions &options) const final;
};

} // namespace

/// The text, and machine code for `levels` where there is an assembler.
static llvm::Expected<std::vector<TargetCode>>
generate(LoweredKernels &kernels, const std::optional<std::string> &ptxas,
         ArrayRef<std::string> levels) {
  auto ptx = generateText(kernels, CodeForm::assembly);
  if (!ptx)
    return ptx.takeError();
  std::vector<TargetCode> codes;
  codes.push_back({TargetCode::deviceText, kLevels[0].str(), std::move(*ptx),
                   kernels.geometry});
  if (!ptxas)
    return codes;
  auto cubins = assemble(*ptxas, codes.front().bytes, levels);
  if (!cubins)
    return cubins.takeError();
  for (auto [level, cubin] : llvm::zip_equal(levels, *cubins))
    codes.push_back({TargetCode::deviceBinary, level, std::move(cubin.bytes),
                     merge(kernels.geometry, cubin.kernels)});
  return codes;
}

FailureOr<std::vector<PendingCode>>
CudaBackend::compile(ModuleOp module, const CompileOptions &options) const {
  FailureOr<LoweredKernels> kernels = lower(module, options);
  if (failed(kernels))
    return failure();
  std::optional<std::string> ptxas = findPtxas();
  if (!ptxas)
    sayNoAssembler(emitRemark(nowhere(module)))
        << ", so the binary has PTX alone, which the driver compiles when a "
           "run starts";
  std::vector<std::string> levels = options.levels;
  if (levels.empty())
    levels.assign(std::begin(kLevels), std::end(kLevels));
  std::vector<PendingCode> pending;
  pending.push_back(
      startCode([kernels = std::move(*kernels), ptxas, levels]() mutable {
        return generate(kernels, ptxas, levels);
      }));
  return pending;
}

FailureOr<std::string> CudaBackend::emit(ModuleOp module, StringRef level,
                                         CodeForm form,
                                         const CompileOptions &options) const {
  FailureOr<LoweredKernels> kernels = lower(module, options);
  if (failed(kernels))
    return failure();
  bool binary = form == CodeForm::object;
  auto text = generateText(*kernels, binary ? CodeForm::assembly : form);
  if (!text)
    return emitError(nowhere(module), llvm::toString(text.takeError()));
  if (!binary)
    return std::move(*text);
  std::optional<std::string> ptxas = findPtxas();
  if (!ptxas)
    return sayNoAssembler(emitError(nowhere(module)));
  auto cubins = assemble(*ptxas, *text, level.str());
  if (!cubins)
    return emitError(nowhere(module), llvm::toString(cubins.takeError()));
  return std::move(cubins->front().bytes);
}

std::unique_ptr<TargetBackend> dsc::createCudaBackend() {
  return std::make_unique<CudaBackend>();
}
