//===- Placements.h - the strategies that ranks may follow ------*- C++ -*-===//
//
// The table of Placements.td.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_PLACEMENTS_H
#define DSC_DIALECT_DSC_PLACEMENTS_H

#include "dialect/Plan/PlanDialect.h"

namespace dsc {

/// A row: what ranks along `axis` hold of each kind of memory.
struct Strategy {
  int64_t zero; ///< parallel.zero, which picks it
  llvm::StringRef name, axis, summary;
  plan_ir::Placement parameter, gradient, optimizer;
};

llvm::ArrayRef<Strategy> listStrategies();

/// Null where parallel.zero picks none.
const Strategy *findStrategy(int64_t zero);

} // namespace dsc

#endif // DSC_DIALECT_DSC_PLACEMENTS_H
