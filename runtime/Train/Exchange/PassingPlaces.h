//===- PassingPlaces.h - gaps in what gradients pass through ----*- C++ -*-===//
//
// A bucket is whole blocks, and parameters do not fill them: between them and
// behind them are elements that belong to none and count as zero in every sum.
// In the arena nobody writes there. Buckets that have a place in `passing` one
// after the other leave their gradients in each other's gaps.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_PASSINGPLACES_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_PASSINGPLACES_H

#include "runtime/Artifact/Shards.h"

#include <vector>

namespace dsc {

/// By bucket: its gaps that gradients of another one lie in, as elements of
/// `passing`, to be zeroed before the bucket is sent.
std::vector<std::vector<ElementRange>> listSharedGaps(const plan::Plan &plan);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_PASSINGPLACES_H
