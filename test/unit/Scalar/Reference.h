//===- Reference.h - true values, and how far we are from them --*- C++ -*-===//

#ifndef DSC_TEST_UNIT_SCALAR_REFERENCE_H
#define DSC_TEST_UNIT_SCALAR_REFERENCE_H

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace dsc::test {

/// An MPFR number of 200 bits.
class Real {
public:
  Real(double value = 0) {
    mpfr_init2(number, 200);
    mpfr_set_d(number, value, MPFR_RNDN);
  }
  Real(const Real &other) {
    mpfr_init2(number, 200);
    mpfr_set(number, other.number, MPFR_RNDN);
  }
  Real &operator=(const Real &other) {
    mpfr_set(number, other.number, MPFR_RNDN);
    return *this;
  }
  ~Real() { mpfr_clear(number); }

  mpfr_ptr get() { return number; }
  mpfr_srcptr get() const { return number; }
  double toDouble() const { return mpfr_get_d(number, MPFR_RNDN); }

private:
  mpfr_t number;
};

inline Real operator+(const Real &a, const Real &b) {
  Real r;
  mpfr_add(r.get(), a.get(), b.get(), MPFR_RNDN);
  return r;
}
inline Real operator-(const Real &a, const Real &b) {
  Real r;
  mpfr_sub(r.get(), a.get(), b.get(), MPFR_RNDN);
  return r;
}
inline Real operator*(const Real &a, const Real &b) {
  Real r;
  mpfr_mul(r.get(), a.get(), b.get(), MPFR_RNDN);
  return r;
}
inline Real operator/(const Real &a, const Real &b) {
  Real r;
  mpfr_div(r.get(), a.get(), b.get(), MPFR_RNDN);
  return r;
}

/// Distance in units of the last place of the f64 (or f32) at the true value.
inline double ulpsApart(double found, const Real &exact, int digits = 53,
                        int smallest = -1074) {
  if (mpfr_zero_p(exact.get()))
    return found == 0 ? 0 : INFINITY;
  if (std::isinf(found))
    return found == exact.toDouble() ? 0 : INFINITY;
  long exponent = std::max<long>(mpfr_get_exp(exact.get()) - digits, smallest);
  Real distance = Real(found) - exact;
  mpfr_mul_2si(distance.get(), distance.get(), -exponent, MPFR_RNDN);
  return std::fabs(distance.toDouble());
}

/// splitmix64: the points of a test are the same in every run.
class Points {
public:
  explicit Points(uint64_t seed) : state(seed) {}
  uint64_t bits() {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
  }
  /// Every f64 between two positive ones as likely as any other.
  double anyBetween(double low, double high) {
    uint64_t a, b;
    std::memcpy(&a, &low, 8);
    std::memcpy(&b, &high, 8);
    uint64_t chosen = a + bits() % (b - a + 1);
    double value;
    std::memcpy(&value, &chosen, 8);
    return value;
  }

private:
  uint64_t state;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SCALAR_REFERENCE_H
