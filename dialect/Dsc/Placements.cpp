//===- Placements.cpp -----------------------------------------------------===//

#include "dialect/Dsc/Placements.h"

using namespace dsc;

llvm::ArrayRef<Strategy> dsc::listStrategies() {
  using enum plan_ir::Placement;
#define DSC_PLACEMENT(...) Strategy{__VA_ARGS__},
  static const Strategy strategies[] = {
#include "dialect/Dsc/Placements.cpp.inc"
  };
  return strategies;
}

const Strategy *dsc::findStrategy(int64_t zero) {
  for (const Strategy &strategy : listStrategies())
    if (strategy.zero == zero)
      return &strategy;
  return nullptr;
}
