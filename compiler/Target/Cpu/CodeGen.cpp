//===- CodeGen.cpp --------------------------------------------------------===//
//
// Bodies arrive vectorised by Widen.cpp, so LLVM's own vectorisers, which would
// only make tails longer, are off.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/CodeGen.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <mutex>

using namespace dsc;

static constexpr CpuLevel levels[] = {
    {"x86-64-v3", "x86_64-unknown-linux-gnu", "x86-64-v3", "256"},
    {"x86-64-v4", "x86_64-unknown-linux-gnu", "x86-64-v4", "512"},
    {"aarch64", "aarch64-unknown-linux-gnu", "generic", "128"},
};

llvm::ArrayRef<CpuLevel> dsc::getCpuLevels() { return levels; }

const CpuLevel *dsc::findCpuLevel(llvm::StringRef name) {
  const auto *found = llvm::find_if(
      levels, [&](const CpuLevel &level) { return level.name == name; });
  return found == std::end(levels) ? nullptr : found;
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

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const CpuLevel &level) {
  initializeTargets();
  llvm::Triple triple(level.triple);
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError(message);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  options.MCOptions.AsmVerbose = false;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, level.cpu, "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Aggressive));
}

/// Names, linkage and what the code generator must know of each function.
static void prepare(llvm::Module &module, const CpuLevel &level,
                    llvm::ArrayRef<std::string> exported) {
  std::string suffix = "__" + level.name.str();
  std::replace(suffix.begin(), suffix.end(), '-', '_');
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", level.cpu);
    function.addFnAttr("prefer-vector-width", level.vectorWidth);
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    if (llvm::is_contained(exported, function.getName()))
      function.setName(function.getName() + suffix);
    else
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  // No library exists: no loop may become memcpy.
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

llvm::Expected<std::string>
dsc::generateCode(llvm::Module &module, const CpuLevel &level,
                  llvm::ArrayRef<std::string> exported, CodeForm form) {
  auto machine = createMachine(level);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple(llvm::Triple(level.triple));
  module.setDataLayout((*machine)->createDataLayout());
  module.setModuleIdentifier("kernels");
  module.setSourceFileName("kernels");
  prepare(module, level, exported);
  optimize(module, **machine);

  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  if (form == CodeForm::llvm) {
    module.print(stream, nullptr);
    return text.str().str();
  }
  llvm::legacy::PassManager passes;
  auto type = form == CodeForm::assembly ? llvm::CodeGenFileType::AssemblyFile
                                         : llvm::CodeGenFileType::ObjectFile;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, type))
    return llvm::createStringError("level " + level.name +
                                   " cannot be written in this form");
  passes.run(module);
  return text.str().str();
}
