//===- DecimalTest.cpp ----------------------------------------------------===//

#include "compiler/Transforms/Resolve/Decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

using namespace dsc;

TEST(Decimal, ReadsShortestDigits) {
  EXPECT_EQ(Decimal::of(12.5).digits, 125);
  EXPECT_EQ(Decimal::of(12.5).exponent, -1);
  EXPECT_EQ(Decimal::of(3e-3).digits, 3);
  EXPECT_EQ(Decimal::of(3e-3).exponent, -3);
  EXPECT_EQ(Decimal::of(1e9).digits, 1);
  EXPECT_EQ(Decimal::of(1e9).exponent, 9);
  EXPECT_EQ(Decimal::of(0).digits, 0);
}

TEST(Decimal, FractionsAreExact) {
  EXPECT_EQ(toFraction(0.1), Fraction(1, 10));
  EXPECT_EQ(toFraction(33.3) + toFraction(66.7), Fraction(100));
  EXPECT_EQ(toFraction(1e18), Fraction(1'000'000'000'000'000'000));
  EXPECT_EQ(toFraction(1e-300), Fraction(0));
  EXPECT_EQ(toFraction(5e-324), Fraction(0));
}

TEST(Decimal, RoundsTiesUp) {
  EXPECT_EQ(roundNearest(Fraction(5, 2)), 3);
  EXPECT_EQ(roundNearest(Fraction(7, 2)), 4);
  EXPECT_EQ(roundNearest(Fraction(249, 100)), 2);
  EXPECT_EQ(roundUp(Fraction(201, 100)), 3);
  EXPECT_EQ(roundUp(Fraction(2, 1)), 2);
  Fraction huge = toFraction(1e18) * toFraction(1e18);
  EXPECT_EQ(roundUp(huge), std::nullopt);
  EXPECT_EQ(roundNearest(huge), std::nullopt);
}

TEST(Decimal, Formats) {
  EXPECT_EQ(formatFraction(Fraction(50)), "50");
  EXPECT_EQ(formatFraction(Fraction(95, 2)), "47.5");
  EXPECT_EQ(formatFraction(Fraction(1, 3)), "0.33");
  EXPECT_EQ(formatFraction(Fraction(101, 100)), "1.01");
}

TEST(Decimal, PercentRoundsOnce) {
  EXPECT_EQ(percentOf(3e-3, 10), 3e-4);
  EXPECT_EQ(percentOf(6e-4, 1), 6e-6);
  EXPECT_EQ(percentOf(0.7, 110), 0.77);
  EXPECT_EQ(percentOf(1e-3, 0), 0);
  EXPECT_EQ(percentOf(1e30, 1e300), INFINITY);
}

TEST(Decimal, ReadsBackEveryNumber) {
  EXPECT_TRUE(rc::check("digits and exponent read back", [] {
    double value = std::fabs(*rc::gen::arbitrary<double>());
    RC_PRE(std::isfinite(value));
    Decimal decimal = Decimal::of(value);
    std::string text =
        std::to_string(decimal.digits) + "e" + std::to_string(decimal.exponent);
    RC_ASSERT(std::strtod(text.c_str(), nullptr) == value);
  }));
}
