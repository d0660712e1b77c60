//===- Layout.cpp ---------------------------------------------------------===//

#include "compiler/Transforms/Layout/Layout.h"

#include "runtime/Artifact/KernelAbi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace dsc;

/// A unit of so many elements in a group starts at a whole block: at most one
/// element in sixteen is padding.
static constexpr int64_t kLargeUnit = 16 * kBlockElements;

/// Elements of the unit of items[order[first]] in its group.
static int64_t unitSize(llvm::ArrayRef<LayoutItem> items,
                        llvm::ArrayRef<size_t> order, size_t first) {
  const LayoutItem &leader = items[order[first]];
  int64_t size = 0;
  for (size_t index : order.drop_front(first))
    if (items[index].unit == leader.unit && items[index].group == leader.group)
      size += items[index].size;
  return size;
}

/// Places the items of `group` from `begin` on; returns the end of its blocks.
static int64_t placeGroup(llvm::ArrayRef<LayoutItem> items,
                          llvm::ArrayRef<size_t> order, int group,
                          int64_t begin, Layout &layout) {
  int64_t next = begin;
  std::optional<int64_t> unit;
  for (auto [position, index] : llvm::enumerate(order)) {
    if (items[index].group != group)
      continue;
    if (unit != items[index].unit &&
        unitSize(items, order, position) >= kLargeUnit)
      next = llvm::alignTo(next, kBlockElements);
    unit = items[index].unit;
    layout.offsets[index] = next;
    next = llvm::alignTo(next + items[index].size, kParameterAlignment);
  }
  return llvm::alignTo(next, kBlockElements);
}

Layout dsc::layoutParameters(llvm::ArrayRef<LayoutItem> items, int groups) {
  Layout layout;
  layout.offsets.resize(items.size());
  auto order = llvm::to_vector(llvm::seq<size_t>(0, items.size()));
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return items[a].completion < items[b].completion;
  });
  for (int group : llvm::seq(0, groups)) {
    LayoutRange range{layout.trained, 0};
    range.end = placeGroup(items, order, group, range.begin, layout);
    layout.groups.push_back(range);
    layout.trained = range.end;
  }
  layout.frozen = placeGroup(items, order, -1, 0, layout);
  return layout;
}
