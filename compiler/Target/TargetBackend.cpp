//===- TargetBackend.cpp --------------------------------------------------===//

#include "compiler/Target/TargetBackend.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace dsc;

PendingCode dsc::startCode(
    llvm::unique_function<llvm::Expected<std::vector<TargetCode>>()> make) {
  return std::async(std::launch::async, [make = std::move(make)]() mutable {
    MadeCode made;
    if (auto codes = make())
      made.codes = std::move(*codes);
    else
      made.failure = llvm::toString(codes.takeError());
    return made;
  });
}

FailureOr<std::vector<TargetCode>>
dsc::waitForCode(std::vector<PendingCode> pending, MLIRContext *context) {
  std::vector<TargetCode> codes;
  bool isWhole = true;
  for (PendingCode &part : pending) {
    MadeCode made = part.get();
    if (made.failure) {
      emitError(UnknownLoc::get(context), *made.failure);
      isWhole = false;
    }
    std::move(made.codes.begin(), made.codes.end(), std::back_inserter(codes));
  }
  if (!isWhole)
    return failure();
  return codes;
}
