//===- ExchangeClockTests.cpp ---------------------------------------------===//

#include "runtime/Train/Exchange/ExchangeClock.h"

#include <gtest/gtest.h>

using namespace dsc;

namespace {

ExchangeClock::Time at(int seconds) {
  return ExchangeClock::Time(std::chrono::seconds(seconds));
}

TEST(ExchangeClock, WhatNobodyWaitsForIsHidden) {
  ExchangeClock clock;
  clock.exchanged(at(10), 0, at(14));
  clock.waited(at(20), at(20));
  EXPECT_DOUBLE_EQ(clock.takeExposed(), 0);
  EXPECT_DOUBLE_EQ(clock.times().exchanging, 4);
  EXPECT_DOUBLE_EQ(clock.times().waiting, 0);
}

TEST(ExchangeClock, AWaitExposesWhatWasUnderWay) {
  ExchangeClock clock;
  clock.exchanged(at(10), 0, at(14));
  clock.exchanged(at(14), 0, at(17));
  clock.waited(at(13), at(17));
  EXPECT_DOUBLE_EQ(clock.takeExposed(), 4);
  EXPECT_DOUBLE_EQ(clock.takeExposed(), 0);
  EXPECT_DOUBLE_EQ(clock.times().exchanging, 7);
}

TEST(ExchangeClock, RanksThatComeLateAreNoExchange) {
  ExchangeClock clock;
  clock.exchanged(at(10), /*late=*/3, at(14));
  clock.waited(at(11), at(14));
  EXPECT_DOUBLE_EQ(clock.takeExposed(), 1);
  EXPECT_DOUBLE_EQ(clock.times().exchanging, 1);
}

TEST(ExchangeClock, AnExchangeIsExposedOnce) {
  ExchangeClock clock;
  clock.exchanged(at(10), 0, at(14));
  clock.waited(at(12), at(14));
  clock.waited(at(14), at(15));
  EXPECT_DOUBLE_EQ(clock.takeExposed(), 2);
}

TEST(ExchangeClock, WhatHeldAllRanksUpIsNoOtherWait) {
  ExchangeClock clock;
  clock.exchanged(at(10), 0, at(14));
  clock.waited(at(11), at(16));
  clock.heldUp(2);
  EXPECT_DOUBLE_EQ(clock.times().heldUp, 2);
  EXPECT_DOUBLE_EQ(clock.times().waiting, 3);
}

} // namespace
