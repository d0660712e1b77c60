//===- Layout.cpp ---------------------------------------------------------===//

#include "compiler/Transforms/Layout/Layout.h"

#include "runtime/Artifact/KernelAbi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace dsc;

/// Places the items of `group` from `begin` on; returns the end of its blocks.
static int64_t placeGroup(llvm::ArrayRef<LayoutItem> items,
                          llvm::ArrayRef<size_t> order, int group,
                          int64_t begin, Layout &layout) {
  int64_t next = begin;
  for (size_t index : order) {
    if (items[index].group != group)
      continue;
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
