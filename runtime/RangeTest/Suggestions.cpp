//===- Suggestions.cpp ----------------------------------------------------===//

#include "runtime/RangeTest/Suggestions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace dsc;

size_t dsc::findValley(std::span<const double> losses) {
  // highest[n]: the highest last value of a decreasing subsequence of n + 1.
  std::vector<double> highest;
  size_t end = 0;
  for (size_t i = 0; i < losses.size(); ++i) {
    auto slot = std::lower_bound(highest.begin(), highest.end(), losses[i],
                                 [](double a, double b) { return a > b; });
    if (slot != highest.end()) {
      *slot = losses[i];
      continue;
    }
    highest.push_back(losses[i]);
    end = i;
  }
  size_t length = std::min(highest.size(), end);
  return end - length + length / 3 + length / 6;
}

size_t dsc::findSteepest(std::span<const double> losses,
                         std::span<const double> lr, size_t width) {
  // At the ends there is only half a window, and twice the noise.
  width = std::min(width, (losses.size() - 1) / 2);
  size_t best = width;
  double steepest = std::numeric_limits<double>::infinity();
  for (size_t i = width; i + width < losses.size(); ++i) {
    size_t before = i - width, after = i + width;
    double run = std::log(lr[after]) - std::log(lr[before]);
    double slope = (losses[after] - losses[before]) / run;
    // A staircase has points with one LR, which have no slope.
    if (run > 0 && slope < steepest) {
      steepest = slope;
      best = i;
    }
  }
  return best;
}

/// The slope at a point from its neighbours; at an end from the one that it
/// has.
static double slopeAt(std::span<const double> losses, size_t index) {
  size_t before = index ? index - 1 : 0;
  size_t after = std::min(index + 1, losses.size() - 1);
  return (losses[after] - losses[before]) / double(after - before);
}

size_t dsc::findSlide(std::span<const double> losses) {
  constexpr size_t kWindow = 15;
  constexpr double kThreshold = 0.005;
  if (losses.size() <= kWindow)
    return 0;
  size_t left = losses.size() - 1 - kWindow, found = left;
  for (;; --left) {
    double difference = slopeAt(losses, left + kWindow) - slopeAt(losses, left);
    if (!(std::abs(difference) > kThreshold))
      return found;
    found = left;
    if (left == 0)
      return found;
  }
}
