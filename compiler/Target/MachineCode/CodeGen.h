//===- CodeGen.h - from LLVM IR to machine code -----------------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_MACHINECODE_CODEGEN_H
#define DSC_COMPILER_TARGET_MACHINECODE_CODEGEN_H

#include "compiler/Target/TargetBackend.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace dsc {

/// A machine that LLVM generates code for. The backend has registered its
/// target with LLVM.
struct CodeTarget {
  llvm::StringRef triple, cpu;
};

/// Optimizes `module` for a machine and emits it. Every operation stays the
/// IEEE operation that it is: no fast-math, no contraction, no library calls.
/// Safe to run in several threads on modules of different contexts.
llvm::Expected<std::string>
generateCode(llvm::Module &module, const CodeTarget &machine, CodeForm form);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_MACHINECODE_CODEGEN_H
