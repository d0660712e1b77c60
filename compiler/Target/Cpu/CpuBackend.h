//===- CpuBackend.h - machine code for CPUs ---------------------*- C++ -*-===//
//
// Kernels as ELF objects, one for each ISA level. Every level runs the same
// IEEE operations in the same order: no fast-math, no contraction, no library
// calls.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_CPU_CPUBACKEND_H
#define DSC_COMPILER_TARGET_CPU_CPUBACKEND_H

#include "compiler/Target/TargetBackend.h"

namespace mlir {
class Pass;
} // namespace mlir

namespace dsc {

/// The backend "cpu": levels x86-64-v3 and x86-64-v4 by default, and aarch64
/// for those who ask. A kernel's symbol ends in the level with underscores:
/// update_default__x86_64_v4.
std::unique_ptr<TargetBackend> createCpuBackend();

/// Replaces each plan.kernel by a function with loops round its scalar body.
std::unique_ptr<mlir::Pass> createCpuLoopsPass();

} // namespace dsc

#endif // DSC_COMPILER_TARGET_CPU_CPUBACKEND_H
