//===- Layout.h - where each parameter lies in the flat arenas --*- C++ -*-===//
//
// Trained parameters share one logical arena: groups one after the other, each
// a whole number of reduction blocks, so that a group is one range for its
// update kernel and a shard of whole blocks never cuts a reduction. Inside a
// group they lie in the order in which backward completes their gradients,
// which is the order in which buckets become ready. What a unit completes
// starts at a whole block where that costs little, so that a bucket can begin
// there without a piece of a parameter. Offsets do not depend on the number of
// ranks. Frozen parameters lie in an arena of their own.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUT_H
#define DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace dsc {

/// A parameter as the layout sees it.
struct LayoutItem {
  int64_t size = 0;       ///< elements
  int group = -1;         ///< -1: frozen
  int64_t completion = 0; ///< position in backward's order of completion
  int64_t unit = 0;       ///< whose backward completes it
};

struct LayoutRange {
  int64_t begin = 0, end = 0; ///< elements
};

struct Layout {
  llvm::SmallVector<int64_t> offsets;    ///< per item, in its arena
  llvm::SmallVector<LayoutRange> groups; ///< of the trained arena
  int64_t trained = 0, frozen = 0;       ///< sizes of the arenas, whole blocks
};

/// `groups` is the number of groups; an empty group has an empty range. Items
/// of one unit are next to each other in the order of completion.
Layout layoutParameters(llvm::ArrayRef<LayoutItem> items, int groups);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUT_H
