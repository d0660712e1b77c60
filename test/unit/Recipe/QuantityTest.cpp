//===- QuantityTest.cpp - numbers with units ------------------------------===//

#include "compiler/Recipe/Quantity.h"

#include <gtest/gtest.h>

using namespace dsc;

static void expectLength(const char *text, double value, const char *unit) {
  ParsedLength length = parseLength(text);
  EXPECT_EQ(length.unit, unit) << text << ": " << length.hint;
  EXPECT_EQ(length.value, value) << text;
}

static void expectHint(const char *text, const char *hint) {
  ParsedLength length = parseLength(text);
  EXPECT_EQ(length.unit, "") << text;
  EXPECT_EQ(length.hint, hint) << text;
}

TEST(Quantity, Lengths) {
  expectLength("1000 steps", 1000, "steps");
  expectLength("1 step", 1, "steps");
  expectLength("1_000_000 samples", 1e6, "samples");
  expectLength("1.1k steps", 1100, "steps");
  expectLength("2.5M tokens", 2.5e6, "tokens");
  expectLength("15T tokens", 1.5e13, "tokens");
  expectLength("1e3k steps", 1e6, "steps");
  expectLength("1E3 steps", 1e3, "steps");
  expectLength("0.5 epochs", 0.5, "epochs");
  expectLength("3 evals", 3, "evals");
  expectLength("5%", 5, "percent");
  expectLength("0.1%", 0.1, "percent");
  expectLength("rest", 0, "rest");
}

TEST(Quantity, RefusedLengths) {
  expectHint("1000", "add the unit: \"1000 steps\"");
  expectHint("1000steps", "write \"1000 steps\"");
  expectHint("1000 Steps", "write \"1000 steps\"");
  expectHint("5 epcohs", "write \"5 epochs\"");
  expectHint("5 %", "write \"5%\"");
  expectHint("150%", "a percentage is of the whole run: at most \"100%\"");
  expectHint("-5 steps", "a length is never negative");
  expectHint("1.5 steps", "steps are counted in whole numbers");
  expectHint("0.3k parsecs",
             "the units are steps, samples, tokens, epochs and evals");
  expectHint("1e999 steps", "that is longer than any run");
  expectHint("2e15 steps", "that is longer than any run");
  expectHint("resst", "write \"rest\"");
  for (const char *text :
       {"", "_1 steps", "1__0 steps", "1. steps", ".5 epochs", "1e steps",
        "steps", "nan steps", "0x10 steps"})
    EXPECT_EQ(parseLength(text).unit, "") << text;
}

TEST(Quantity, PercentagesRoundOnce) {
  EXPECT_EQ(parsePercent("10%", 0), 10.0);
  EXPECT_EQ(parsePercent("7%", -2), 0.07);
  EXPECT_EQ(parsePercent("0.29%", -2), 0.0029);
  EXPECT_FALSE(parsePercent("10", 0));
  EXPECT_FALSE(parsePercent("10%%", 0));
  EXPECT_FALSE(parsePercent("-1%", 0));
}

TEST(Quantity, CanonicalTextsReadBack) {
  for (const char *text :
       {"1000 steps", "1 step", "0.5 epochs", "1000000 tokens", "5%", "0.1%",
        "rest", "1e-07 epochs"}) {
    ParsedLength length = parseLength(text);
    EXPECT_EQ(formatLength(length.value, length.unit), text);
  }
}
