//===- Types.h - what a plan's element types are ----------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_TYPES_H
#define DSC_RUNTIME_ARTIFACT_TYPES_H

#include "runtime/Artifact/Plan_generated.h"

namespace dsc {

/// Bytes of an element.
inline int64_t elementBytes(plan::DType type) {
  switch (type) {
  case plan::DType::f64:
  case plan::DType::i64:
    return 8;
  case plan::DType::f32:
  case plan::DType::i32:
    return 4;
  case plan::DType::bf16:
  case plan::DType::f16:
    return 2;
  case plan::DType::i1:
    return 1;
  }
  return 0;
}

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_TYPES_H
