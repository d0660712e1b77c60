//===- CodeGen.h - from the LLVM dialect to machine code --------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_CPU_CODEGEN_H
#define DSC_COMPILER_TARGET_CPU_CODEGEN_H

#include "compiler/Target/TargetBackend.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace dsc {

/// A level that this backend compiles for.
struct CpuLevel {
  llvm::StringRef name;
  llvm::StringRef triple;
  llvm::StringRef cpu;
  llvm::StringRef vectorWidth; ///< bits that the code generator prefers
};

const CpuLevel *findCpuLevel(llvm::StringRef name);
llvm::ArrayRef<CpuLevel> getCpuLevels();

/// Optimizes `module` for a level and emits it. Defined functions that are not
/// in `exported` become internal; the exported ones get the level's suffix.
/// Safe to run in several threads on modules of different contexts.
llvm::Expected<std::string> generateCode(llvm::Module &module,
                                         const CpuLevel &level,
                                         llvm::ArrayRef<std::string> exported,
                                         CodeForm form);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_CPU_CODEGEN_H
