//===- Groups.h - which parameters share which keys -------------*- C++ -*-===//
//
// A parameter may be matched by several [[optimizer.group]] tables; their keys
// cascade, and the last group that sets a key wins. Parameters that the same
// groups match share one optimizer and one range of the arena.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_LAYOUT_GROUPS_H
#define DSC_COMPILER_TRANSFORMS_LAYOUT_GROUPS_H

#include "compiler/Transforms/Model/GraphFacts.h"
#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace dsc {

/// Parameters that the same groups match.
struct CombinedGroup {
  std::string name; ///< "default", or the groups' names joined by "+"
  llvm::SmallVector<size_t> members; ///< indices into the parameters
  /// The optimizer with the groups' keys merged in. It stands in no block.
  mlir::OwningOpRef<mlir::Operation *> optimizer;
  double lrScale = 1;
  double weightDecay = 0;
  bool followsWeightDecayTrack = true; ///< no group sets its weight decay
  bool frozen = false;

  OptimizerInterface getOptimizer() {
    return llvm::cast<OptimizerInterface>(optimizer.get());
  }
};

/// Whether `pattern` matches all of `name`; `*` stands for any characters, dots
/// among them.
bool matchesPattern(llvm::StringRef pattern, llvm::StringRef name);

/// Reports patterns and groups that match nothing, frozen tied parameters
/// (warnings), and a recipe that trains nothing.
llvm::LogicalResult checkGroups(RecipeOp recipe,
                                llvm::ArrayRef<ParameterFacts> parameters);

/// The sets of parameters, in the order of their first members. The recipe has
/// an optimizer and passed checkGroups.
std::vector<CombinedGroup>
combineGroups(RecipeOp recipe, llvm::ArrayRef<ParameterFacts> parameters);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_LAYOUT_GROUPS_H
