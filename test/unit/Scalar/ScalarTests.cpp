//===- ScalarTests.cpp - elementary operations and conversions ------------===//

#include "test/unit/Scalar/Harness.h"
#include "test/unit/Scalar/Reference.h"

using namespace dsc;
using namespace dsc::test;
using mlir::Value;
using mlir::ValueRange;

namespace {
constexpr double quietNaN = std::numeric_limits<double>::quiet_NaN();

/// bf16 by way of the two neighbours: nearest, ties to the even one.
uint16_t nearestBf16(uint32_t bits) {
  uint16_t below = bits >> 16;
  uint32_t rest = bits & 0xffff;
  bool isUp = rest > 0x8000 || (rest == 0x8000 && below % 2 == 1);
  return below + isUp;
}

Emitted emitWith(mlir::Type type, const Emitted::Body &body) {
  return Emitted(getContext(), {type}, body);
}
mlir::Builder types() { return mlir::Builder(&getContext()); }
} // namespace

TEST(Bf16, RoundsToNearestEven) {
  Emitted toBf16 = emitWith(types().getF32Type(), [](Scalar &s, ValueRange a) {
    return s.toBf16Bits(a[0]);
  });
  Points points(1);
  for (int i = 0; i < 200000; ++i) {
    uint32_t bits = points.bits();
    if (i % 4 == 0) // ties and their neighbours
      bits = (bits & 0xffff0000) | (0x7fff + bits % 3);
    if (std::isnan(std::bit_cast<float>(bits)))
      continue;
    ASSERT_EQ(toBf16.bits({bits}), nearestBf16(bits)) << std::hex << bits;
  }
  EXPECT_EQ(toBf16.bits({0x00000001}), 0x0000u);
  EXPECT_EQ(toBf16.bits({0x00018000}), 0x0002u); // subnormals are kept
  EXPECT_EQ(toBf16.bits({0x7f7fffff}), 0x7f80u); // overflows to infinity
  EXPECT_EQ(toBf16.bits({0xff800000}), 0xff80u);
  EXPECT_EQ(toBf16.bits({0x80000000}), 0x8000u);
}

TEST(Bf16, NaNStaysNaN) {
  Emitted toBf16 = emitWith(types().getF32Type(), [](Scalar &s, ValueRange a) {
    return s.toBf16Bits(a[0]);
  });
  for (uint32_t bits :
       {0x7f800001u, 0x7fc00000u, 0x7fffffffu, 0xff800001u, 0xffffffffu}) {
    uint64_t found = toBf16.bits({bits});
    EXPECT_EQ(found & 0x7fc0, 0x7fc0u) << std::hex << bits; // quiet
    EXPECT_EQ(found >> 15, bits >> 31);
  }
}

TEST(Bf16, ComesBackExactly) {
  Emitted roundTrip =
      emitWith(types().getIntegerType(16), [](Scalar &s, ValueRange a) {
        return s.toBf16Bits(s.fromBf16Bits(a[0]));
      });
  Emitted widen =
      emitWith(types().getIntegerType(16),
               [](Scalar &s, ValueRange a) { return s.fromBf16Bits(a[0]); });
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    EXPECT_EQ(widen.bits({bits}), bits << 16);
    if ((bits & 0x7fff) <= 0x7f80) { // not a NaN
      ASSERT_EQ(roundTrip.bits({bits}), bits);
    }
  }
}

TEST(Conversion, ToI64ClampsFirst) {
  Emitted small = emitWith(types().getF64Type(), [](Scalar &s, ValueRange a) {
    return s.toI64(a[0], -10, 100);
  });
  Emitted whole = emitWith(types().getF64Type(), [](Scalar &s, ValueRange a) {
    return s.toI64(a[0], INT64_MIN, INT64_MAX);
  });
  auto at = [](Emitted &f, double x) {
    return static_cast<int64_t>(f.bits({std::bit_cast<uint64_t>(x)}));
  };
  EXPECT_EQ(at(small, 3.9), 3);
  EXPECT_EQ(at(small, -3.9), -3);
  EXPECT_EQ(at(small, 1e30), 100);
  EXPECT_EQ(at(small, -INFINITY), -10);
  EXPECT_EQ(at(small, quietNaN), -10);
  EXPECT_EQ(at(whole, 1e300), 0x7ffffffffffffc00);
  EXPECT_EQ(at(whole, -1e300), INT64_MIN);
  EXPECT_EQ(at(whole, 0x1p62 + 1024), (int64_t(1) << 62) + 1024);
}

TEST(Elementary, MinimumAndMaximumPassNaN) {
  Emitted least =
      emitF64(2, [](Scalar &s, ValueRange a) { return s.minimum(a[0], a[1]); });
  Emitted most =
      emitF64(2, [](Scalar &s, ValueRange a) { return s.maximum(a[0], a[1]); });
  EXPECT_EQ(least(1, 2), 1);
  EXPECT_EQ(least(2, 1), 1);
  EXPECT_EQ(most(1, 2), 2);
  EXPECT_EQ(most(2, 1), 2);
  for (Emitted *either : {&least, &most}) {
    EXPECT_TRUE(std::isnan((*either)(quietNaN, 1)));
    EXPECT_TRUE(std::isnan((*either)(1, quietNaN)));
  }
}

TEST(Elementary, AbsClearsTheSignAlone) {
  Emitted absolute =
      emitF64(1, [](Scalar &s, ValueRange a) { return s.abs(a[0]); });
  Emitted single = emitWith(types().getF32Type(), [](Scalar &s, ValueRange a) {
    return s.abs(a[0]);
  });
  EXPECT_EQ(absolute(-3.5), 3.5);
  EXPECT_FALSE(std::signbit(absolute(-0.0)));
  EXPECT_EQ(absolute(-INFINITY), INFINITY);
  EXPECT_EQ(single.bits({std::bit_cast<uint32_t>(-2.5f)}),
            std::bit_cast<uint32_t>(2.5f));
}

TEST(Elementary, FmaRoundsOnce) {
  // 1 + 2^-60 - 1 is lost when the product is rounded by itself.
  double x = 1 + 0x1p-30;
  auto body = [](Scalar &s, Value v) {
    return s.fma(v, v, s.neg(s.mul(v, v)));
  };
  Emitted run =
      emitF64(1, [&](Scalar &s, ValueRange a) { return body(s, a[0]); });
  Emitted folded =
      emitF64(1, [&](Scalar &s, ValueRange) { return body(s, s.f64(x)); });
  EXPECT_EQ(run(x), 0x1p-60);
  EXPECT_EQ(folded(0), 0x1p-60);
}

TEST(DoubleDoubles, SumsAndProductsAreExact) {
  using Operation = DoubleDouble (Scalar::*)(Value, Value);
  auto both = [](Operation operation) {
    auto part = [=](bool isHigh) {
      return emitF64(2, [=](Scalar &s, ValueRange a) {
        DoubleDouble result = (s.*operation)(a[0], a[1]);
        return isHigh ? result.high : result.low;
      });
    };
    return std::pair(part(true), part(false));
  };
  auto [sumHigh, sumLow] = both(&Scalar::twoSum);
  auto [productHigh, productLow] = both(&Scalar::twoProduct);
  auto [quotientHigh, quotientLow] =
      both(static_cast<Operation>(&Scalar::divide));
  Points points(2);
  for (int i = 0; i < 20000; ++i) {
    double a = points.anyBetween(1e-20, 1e20) * (i % 2 ? 1 : -1);
    double b = points.anyBetween(1e-20, 1e20);
    Real sum = Real(sumHigh(a, b)) + Real(sumLow(a, b));
    ASSERT_EQ(mpfr_cmp(sum.get(), (Real(a) + Real(b)).get()), 0);
    Real product = Real(productHigh(a, b)) + Real(productLow(a, b));
    ASSERT_EQ(mpfr_cmp(product.get(), (Real(a) * Real(b)).get()), 0);
    Real quotient = Real(quotientHigh(a, b)) + Real(quotientLow(a, b));
    double error = (quotient / (Real(a) / Real(b)) - Real(1)).toDouble();
    ASSERT_LT(std::fabs(error), 0x1p-104);
  }
}
