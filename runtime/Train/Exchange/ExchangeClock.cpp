//===- ExchangeClock.cpp --------------------------------------------------===//

#include "runtime/Train/Exchange/ExchangeClock.h"

#include <algorithm>
#include <utility>

using namespace dsc;

/// 0 where it ends before it begins.
static double secondsOf(ExchangeClock::Time began, ExchangeClock::Time ended) {
  return std::max(0.0, std::chrono::duration<double>(ended - began).count());
}

void ExchangeClock::exchanged(Time began, double late, Time ended) {
  auto skipped = std::chrono::duration_cast<Time::duration>(
      std::chrono::duration<double>(late));
  Interval interval{std::min(began + skipped, ended), ended};
  std::lock_guard<std::mutex> lock(mutex);
  sums.exchanging += secondsOf(interval.began, interval.ended);
  recent.push_back(interval);
}

void ExchangeClock::waited(Time began, Time ended) {
  std::lock_guard<std::mutex> lock(mutex);
  for (const Interval &exchange : recent)
    exposed += secondsOf(std::max(began, exchange.began),
                         std::min(ended, exchange.ended));
  sums.waiting += secondsOf(began, ended);
  recent.clear();
}

double ExchangeClock::takeExposed() {
  std::lock_guard<std::mutex> lock(mutex);
  return std::exchange(exposed, 0);
}

void ExchangeClock::heldUp(double seconds) {
  std::lock_guard<std::mutex> lock(mutex);
  sums.heldUp += seconds;
  sums.waiting -= seconds;
}

ExchangeTimes ExchangeClock::times() const {
  std::lock_guard<std::mutex> lock(mutex);
  return sums;
}
