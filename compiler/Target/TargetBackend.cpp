//===- TargetBackend.cpp --------------------------------------------------===//

#include "compiler/Target/TargetBackend.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace dsc;

FailureOr<std::vector<TargetCode>>
dsc::waitForCode(std::vector<PendingCode> pending, MLIRContext *context) {
  std::vector<TargetCode> codes;
  bool whole = true;
  for (PendingCode &part : pending) {
    auto made = part.get();
    if (!made) {
      emitError(UnknownLoc::get(context), llvm::toString(made.takeError()));
      whole = false;
      continue;
    }
    std::move(made->begin(), made->end(), std::back_inserter(codes));
  }
  if (!whole)
    return failure();
  return codes;
}
