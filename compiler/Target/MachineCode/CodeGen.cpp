//===- CodeGen.cpp --------------------------------------------------------===//
//
// Bodies arrive as wide as the machine wants them, so LLVM's own vectorisers,
// which would only make tails longer, are off.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/MachineCode/CodeGen.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace dsc;

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const CodeTarget &machine) {
  llvm::Triple triple(machine.triple);
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError(message);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  options.MCOptions.AsmVerbose = false;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, machine.cpu, "", options, llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
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

llvm::Expected<std::string> dsc::generateCode(llvm::Module &module,
                                              const CodeTarget &machine,
                                              CodeForm form) {
  auto generator = createMachine(machine);
  if (!generator)
    return generator.takeError();
  module.setTargetTriple(llvm::Triple(machine.triple));
  module.setDataLayout((*generator)->createDataLayout());
  module.setModuleIdentifier("kernels");
  module.setSourceFileName("kernels");
  optimize(module, **generator);

  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  if (form == CodeForm::llvm) {
    module.print(stream, nullptr);
    return text.str().str();
  }
  llvm::legacy::PassManager passes;
  auto type = form == CodeForm::assembly ? llvm::CodeGenFileType::AssemblyFile
                                         : llvm::CodeGenFileType::ObjectFile;
  if ((*generator)->addPassesToEmitFile(passes, stream, nullptr, type))
    return llvm::createStringError("code for " + machine.cpu +
                                   " cannot be written in this form");
  passes.run(module);
  return text.str().str();
}
