//===- Sums.h - adding what several ranks hold ------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_SUMS_H
#define DSC_RUNTIME_COLLECTIVES_SUMS_H

#include <cstdint>
#include <span>

namespace dsc {

/// result[i] = terms[0][i] + terms[1][i] + ..., in this order. `result` may be
/// one of the terms; otherwise ranges do not overlap.
void addTerms(float *result, std::span<const float *const> terms,
              int64_t elements);
void addTerms(double *result, std::span<const double *const> terms,
              int64_t elements);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_SUMS_H
