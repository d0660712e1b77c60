//===- FunctionTests.cpp - our own routines against MPFR ------------------===//

#include "test/unit/Scalar/Harness.h"
#include "test/unit/Scalar/Reference.h"

using namespace dsc;
using namespace dsc::test;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double quietNaN = std::numeric_limits<double>::quiet_NaN();
using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/// One of our routines beside MPFR's, and the worst distance seen.
class Comparison {
public:
  Comparison(mlir::Value (Scalar::*routine)(mlir::Value),
             MpfrFunction reference)
      : ours(
            emitF64(1, [=](Scalar &s,
                           mlir::ValueRange a) { return (s.*routine)(a[0]); })),
        reference(reference) {}

  void check(double x) {
    Real exact(x);
    reference(exact.get(), exact.get(), MPFR_RNDN);
    double found = ours(x), apart = ulpsApart(found, exact);
    if (std::fabs(found) >= 0x1p-1022) // a subnormal is rounded twice
      worst = std::max(worst, apart);
    ASSERT_LE(apart, 1) << std::hexfloat << "x = " << x << ", found " << found
                        << ", true value " << exact.toDouble();
  }
  void checkBetween(double low, double high, int count, uint64_t seed) {
    Points points(seed);
    for (int i = 0; i < count && !testing::Test::HasFatalFailure(); ++i)
      check(points.uniform(low, high));
  }
  /// All magnitudes alike, with the sign given.
  void checkMagnitudes(double low, double high, int count, double sign,
                       uint64_t seed) {
    Points points(seed);
    for (int i = 0; i < count && !testing::Test::HasFatalFailure(); ++i)
      check(sign * points.anyBetween(low, high));
  }
  /// The nearest f64s round `x`.
  void checkAround(double x) {
    for (double toward : {-infinity, infinity}) {
      double at = x;
      for (int i = 0; i < 20 && !testing::Test::HasFatalFailure(); ++i) {
        check(at);
        at = std::nextafter(at, toward);
      }
    }
  }
  double operator()(double x) { return ours(x); }
  double getWorst() const { return worst; }

private:
  Emitted ours;
  MpfrFunction reference;
  double worst = 0;
};
} // namespace

TEST(Exp, IsWithinOneUlp) {
  Comparison exp(
      static_cast<mlir::Value (Scalar::*)(mlir::Value)>(&Scalar::exp),
      mpfr_exp);
  exp.checkBetween(-745.2, 709.8, 60000, 1);
  exp.checkBetween(-1, 1, 60000, 2);
  exp.checkBetween(-745.2, -707, 20000, 3); // subnormal results
  exp.checkMagnitudes(0x1p-1074, 1, 10000, 1, 4);
  exp.checkMagnitudes(0x1p-1074, 1, 10000, -1, 5);
  for (int halves = -2151; halves <= 2047; ++halves) // where k changes
    exp.checkAround(halves * 0.34657359027997264);
  exp.checkAround(0);
  exp.checkAround(709.782712893384);   // the largest finite result
  exp.checkAround(-708.3964185322641); // the smallest normal one
  exp.checkAround(-745.1332191019412); // the smallest of all
  EXPECT_LT(exp.getWorst(), 0.6);
}

TEST(Exp, EndsAreSensible) {
  Comparison exp(
      static_cast<mlir::Value (Scalar::*)(mlir::Value)>(&Scalar::exp),
      mpfr_exp);
  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(-0.0), 1);
  EXPECT_EQ(exp(710), infinity);
  EXPECT_EQ(exp(1e300), infinity);
  EXPECT_EQ(exp(infinity), infinity);
  EXPECT_EQ(exp(-746), 0);
  EXPECT_EQ(exp(-infinity), 0);
  EXPECT_TRUE(std::isnan(exp(quietNaN)));
}

TEST(Exp, OfADoubleDoubleUsesTheLowPart) {
  Emitted exp = emitF64(2, [](Scalar &s, mlir::ValueRange a) {
    return s.exp(DoubleDouble{a[0], a[1]});
  });
  Points points(6);
  for (int i = 0; i < 50000; ++i) {
    double high = points.uniform(-707, 709);
    double half =
        (std::nextafter(std::fabs(high), infinity) - std::fabs(high)) / 2;
    double low = points.uniform(-half, half);
    Real exact = Real(high) + Real(low);
    mpfr_exp(exact.get(), exact.get(), MPFR_RNDN);
    ASSERT_LE(ulpsApart(exp(high, low), exact), 0.6) << high << " + " << low;
  }
  EXPECT_EQ(exp(1e5, quietNaN), infinity);
}

namespace {
/// A double-double routine of a double-double, both of its parts.
class LongComparison {
public:
  LongComparison(DoubleDouble (Scalar::*routine)(DoubleDouble),
                 MpfrFunction reference)
      : reference(reference) {
    for (bool low : {false, true})
      parts.push_back(emitF64(2, [=](Scalar &s, mlir::ValueRange a) {
        DoubleDouble result = (s.*routine)(DoubleDouble{a[0], a[1]});
        return low ? result.low : result.high;
      }));
  }
  /// The sum is right to 2^-66 of the true value, its first part to a rounding.
  void check(double high, double low) {
    Real exact = Real(high) + Real(low);
    reference(exact.get(), exact.get(), MPFR_RNDN);
    double first = parts[0](high, low);
    Real found = Real(first) + Real(parts[1](high, low));
    Real error = (found - exact) / exact;
    ASSERT_LE(std::fabs(error.toDouble()), 0x1p-66) << high << " + " << low;
    ASSERT_LE(ulpsApart(first, exact), 0.501) << high << " + " << low;
  }
  void checkMagnitudes(double low, double high, double sign, uint64_t seed) {
    Points points(seed);
    for (int i = 0; i < 20000 && !testing::Test::HasFatalFailure(); ++i) {
      double x = sign * points.anyBetween(low, high);
      check(x, x * 0x1p-54 * points.uniform(-1, 1));
    }
  }

private:
  std::vector<Emitted> parts;
  MpfrFunction reference;
};

int log1m(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
  mpfr_neg(result, x, rounding);
  return mpfr_log1p(result, result, rounding);
}
} // namespace

TEST(LongExp, IsRightToSixtySixBits) {
  LongComparison exp(&Scalar::expDoubleDouble, mpfr_exp);
  exp.checkMagnitudes(1e-30, 600, 1, 21);
  exp.checkMagnitudes(1e-30, 600, -1, 22);
}

TEST(LongExpm1, IsRightToSixtySixBits) {
  LongComparison expm1(&Scalar::expm1DoubleDouble, mpfr_expm1);
  expm1.checkMagnitudes(1e-250, 600, 1, 23);
  expm1.checkMagnitudes(1e-250, 700, -1, 24);
  expm1.checkMagnitudes(0.3, 1, 1, 25); // where k changes
  expm1.checkMagnitudes(0.3, 1, -1, 26);
}

TEST(LongLog1m, IsRightToSixtySixBits) {
  LongComparison log(&Scalar::log1mDoubleDouble, log1m);
  log.checkMagnitudes(1e-250, 0.999, 1, 27);
  log.checkMagnitudes(0.25, 0.33, 1, 28); // where the form changes
}

TEST(Log, IsWithinOneUlp) {
  Comparison log(&Scalar::log, mpfr_log);
  constexpr double largest = std::numeric_limits<double>::max();
  log.checkMagnitudes(0x1p-1074, largest, 60000, 1, 1);
  log.checkMagnitudes(0x1p-1074, 0x1p-1022, 10000, 1, 2); // subnormal
  log.checkBetween(0.5, 2, 60000, 3);
  log.checkBetween(0.999, 1.001, 20000, 4);
  log.checkAround(1);
  for (int e = -1069; e < 1023; ++e) { // where k changes
    log.checkAround(std::ldexp(1.0, e));
    log.checkAround(std::ldexp(std::sqrt(0.5), e));
  }
  log.check(largest);
  EXPECT_LT(log.getWorst(), 0.51);
}

TEST(Log, EndsAreSensible) {
  Comparison log(&Scalar::log, mpfr_log);
  EXPECT_EQ(log(1), 0);
  EXPECT_EQ(log(0), -infinity);
  EXPECT_EQ(log(infinity), infinity);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_TRUE(std::isnan(log(quietNaN)));
}

TEST(Log, OfADoubleDoubleIsGoodTo68Bits) {
  Emitted high = emitF64(2, [](Scalar &s, mlir::ValueRange a) {
    return s.logDoubleDouble(DoubleDouble{a[0], a[1]}).high;
  });
  Emitted low = emitF64(2, [](Scalar &s, mlir::ValueRange a) {
    return s.logDoubleDouble(DoubleDouble{a[0], a[1]}).low;
  });
  Points points(7);
  for (int i = 0; i < 50000; ++i) {
    double x =
        i % 2 ? points.uniform(0.9, 1.1) : points.anyBetween(1e-30, 1e30);
    double half = (std::nextafter(x, infinity) - x) / 2;
    double rest = points.uniform(-half, half);
    Real exact = Real(x) + Real(rest);
    mpfr_log(exact.get(), exact.get(), MPFR_RNDN);
    Real error = (Real(high(x, rest)) + Real(low(x, rest))) / exact - Real(1);
    ASSERT_LT(std::fabs(error.toDouble()), 0x1p-68) << x << " + " << rest;
  }
}

TEST(Log1p, IsWithinOneUlp) {
  Comparison log1p(&Scalar::log1p, mpfr_log1p);
  constexpr double largest = std::numeric_limits<double>::max();
  log1p.checkMagnitudes(0x1p-1074, largest, 60000, 1, 1);
  log1p.checkMagnitudes(0x1p-1074, 1, 60000, -1, 2);
  log1p.checkBetween(-0.9999, 3, 60000, 3);
  for (int e = -1074; e < 1023; ++e)
    log1p.checkAround(std::ldexp(1.0, e));
  for (int e = -1074; e < -1; ++e)
    log1p.checkAround(-std::ldexp(1.0, e));
  EXPECT_EQ(log1p(0), 0);
  EXPECT_EQ(log1p(-1), -infinity);
  EXPECT_EQ(log1p(infinity), infinity);
  EXPECT_TRUE(std::isnan(log1p(-1.5)));
  EXPECT_TRUE(std::isnan(log1p(quietNaN)));
}

TEST(SinpiCospi, AreWithinOneUlp) {
  Comparison sinpi(&Scalar::sinpi, mpfr_sinpi),
      cospi(&Scalar::cospi, mpfr_cospi);
  for (Comparison *both : {&sinpi, &cospi}) {
    both->checkBetween(-4, 4, 60000, 1);
    both->checkBetween(0, 0.5, 60000, 2);
    both->checkMagnitudes(0x1p-1000, 0x1p60, 30000, 1, 3);
    both->checkMagnitudes(0x1p-1000, 0x1p60, 30000, -1, 4);
    for (int eighths = -64; eighths <= 64; ++eighths)
      both->checkAround(eighths / 8.0);
    for (double large : {0x1p50, 0x1p51, 0x1p52, 0x1p53, 0x1p54})
      both->checkAround(large);
    EXPECT_LT(both->getWorst(), 0.7);
  }
  EXPECT_TRUE(std::signbit(sinpi(-0.0)));
  EXPECT_EQ(sinpi(0.5), 1);
  EXPECT_EQ(sinpi(-1.5), 1);
  EXPECT_EQ(cospi(0.5), 0);
  EXPECT_EQ(cospi(3), -1);
  EXPECT_TRUE(std::isnan(sinpi(quietNaN)));
  EXPECT_TRUE(std::isnan(cospi(quietNaN)));
}

namespace {
void checkPower(Emitted &pow, double x, double y, double &worst) {
  Real exact(x);
  mpfr_pow(exact.get(), exact.get(), Real(y).get(), MPFR_RNDN);
  double found = pow(x, y), apart = ulpsApart(found, exact);
  if (found >= 0x1p-1022) // a subnormal is rounded twice
    worst = std::max(worst, apart);
  ASSERT_LE(apart, 1) << std::hexfloat << x << " to the power " << y;
}
} // namespace

TEST(Pow, IsWithinOneUlp) {
  Emitted pow = emitF64(
      2, [](Scalar &s, mlir::ValueRange a) { return s.pow(a[0], a[1]); });
  double worst = 0;
  Points points(8);
  constexpr double largest = std::numeric_limits<double>::max();
  for (int i = 0; i < 60000 && !HasFatalFailure(); ++i) {
    double x = i % 3 ? points.anyBetween(0x1p-1074, largest)
                     : points.uniform(0.99, 1.01);
    double range = 745 / std::fabs(std::log(x));
    checkPower(pow, x, points.uniform(-range, range), worst);
  }
  for (int i = 0; i < 20000 && !HasFatalFailure(); ++i) { // subnormal results
    double x = points.uniform(0.01, 0.99);
    checkPower(pow, x, points.uniform(709, 745) / std::log(1 / x), worst);
  }
  for (double beta : {0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999})
    for (int64_t step = 1; step < 1000000 && !HasFatalFailure();
         step += 1 + step / 50)
      checkPower(pow, beta, static_cast<double>(step), worst);
  EXPECT_LT(worst, 0.6);
}

TEST(Pow, EndsAreSensible) {
  Emitted pow = emitF64(
      2, [](Scalar &s, mlir::ValueRange a) { return s.pow(a[0], a[1]); });
  EXPECT_EQ(pow(0, 3), 0);
  EXPECT_EQ(pow(0, 0), 1);
  EXPECT_EQ(pow(0, -1), infinity);
  EXPECT_EQ(pow(7, 0), 1);
  EXPECT_EQ(pow(1, 1e300), 1);
  EXPECT_EQ(pow(3, 1), 3);
  EXPECT_EQ(pow(2, 1e308), infinity);
  EXPECT_EQ(pow(2, -1e308), 0);
  EXPECT_EQ(pow(2, -1074), 0x1p-1074);
  EXPECT_TRUE(std::isnan(pow(quietNaN, 2)));
  EXPECT_TRUE(std::isnan(pow(2, quietNaN)));
}

// A constant argument leaves nothing to compute, and gives the same bits.
TEST(Folding, ConstantsGiveTheBitsOfTheRun) {
  for (double x : {1e-3, 0.25, 0.7, 1.9, 30.0}) {
    auto all = [](Scalar &s, mlir::Value v) {
      return s.add(s.add(s.exp(v), s.log(v)),
                   s.add(s.add(s.sinpi(v), s.log1p(v)), s.pow(v, v)));
    };
    Emitted folded = emitF64(1, [&](Scalar &s, mlir::ValueRange) {
      mlir::Value result = all(s, s.f64(x));
      EXPECT_TRUE(result.getDefiningOp<mlir::arith::ConstantOp>());
      return result;
    });
    Emitted run =
        emitF64(1, [&](Scalar &s, mlir::ValueRange a) { return all(s, a[0]); });
    EXPECT_EQ(folded(0), run(x));
  }
}
