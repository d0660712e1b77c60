//===- Sums.cpp -----------------------------------------------------------===//

#include "runtime/Collectives/Sums.h"

#include <cstring>

using namespace dsc;

// Memory is the limit, but 16-byte vectors would be one too. Whatever the
// width, an element's sum is made of the same additions.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define DSC_WIDE_VECTORS                                                       \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DSC_WIDE_VECTORS
#endif

/// A cache line of every term at a time: the result may lie where a term does.
template <class T>
[[gnu::always_inline]] static inline void
addLines(T *result, const T *const *terms, size_t count, int64_t elements) {
  constexpr int64_t kLine = 64 / sizeof(T);
  typedef T Line __attribute__((vector_size(64)));
  int64_t i = 0;
  for (; i + kLine <= elements; i += kLine) {
    Line sum, term;
    std::memcpy(&sum, terms[0] + i, sizeof(Line));
    for (size_t k = 1; k < count; ++k) {
      std::memcpy(&term, terms[k] + i, sizeof(Line));
      sum += term;
    }
    std::memcpy(result + i, &sum, sizeof(Line));
  }
  for (; i < elements; ++i) {
    T sum = terms[0][i];
    for (size_t k = 1; k < count; ++k)
      sum += terms[k][i];
    result[i] = sum;
  }
}

DSC_WIDE_VECTORS static void addFloats(float *result, const float *const *terms,
                                       size_t count, int64_t elements) {
  addLines(result, terms, count, elements);
}

DSC_WIDE_VECTORS static void addDoubles(double *result,
                                        const double *const *terms,
                                        size_t count, int64_t elements) {
  addLines(result, terms, count, elements);
}

void dsc::addTerms(float *result, std::span<const float *const> terms,
                   int64_t elements) {
  addFloats(result, terms.data(), terms.size(), elements);
}

void dsc::addTerms(double *result, std::span<const double *const> terms,
                   int64_t elements) {
  addDoubles(result, terms.data(), terms.size(), elements);
}
