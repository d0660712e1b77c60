//===- ScalarRandom.h - random numbers of a step ----------------*- C++ -*-===//
//
// The numbers of runtime/Base/Random.h as integer operations of generated code:
// a schedule that shakes the learning rate needs them in its kernels.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_SCALARRANDOM_H
#define DSC_DIALECT_DSC_SCALARRANDOM_H

#include "dialect/Dsc/Scalar.h"

namespace dsc {

/// RandomStream(seed, stream).uniform(step, index), bit for bit, for a step
/// (i64) from 0 up to 2^40: uniform in [0, 1).
mlir::Value emitUniform(Scalar &scalar, uint64_t seed, llvm::StringRef stream,
                        mlir::Value step, uint64_t index);

} // namespace dsc

#endif // DSC_DIALECT_DSC_SCALARRANDOM_H
