//===- CatalogHoldout.h - which records are never trained on ----*- C++ -*-===//

#ifndef DSC_RUNTIME_DATA_CATALOGHOLDOUT_H
#define DSC_RUNTIME_DATA_CATALOGHOLDOUT_H

#include <cstdint>
#include <vector>

namespace dsc {

/// Indices of records, both ascending.
struct RecordSplit {
  std::vector<uint32_t> training;
  std::vector<uint32_t> heldOut;
};

/// Holds out exactly round(fraction * records) records, drawn by the seed
/// alone: the first ones of the random permutation of stream "holdout".
RecordSplit splitRecords(uint64_t records, double fraction, uint64_t seed);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOGHOLDOUT_H
