//===- Smoothing.cpp ------------------------------------------------------===//

#include "runtime/RangeTest/Smoothing.h"

#include <algorithm>
#include <cmath>

using namespace dsc;

LossSmoother::LossSmoother(int64_t steps)
    : beta(std::min(0.98, 1 - 2 / (std::max(double(steps), 10.0) / 10 + 1))) {}

double LossSmoother::add(double loss) {
  sum = beta * sum + (1 - beta) * loss;
  agedWeight = beta * (agedWeight + weight);
  weight = beta * weight + (1 - beta);
  return sum / weight;
}

double LossSmoother::noise() const {
  return std::sqrt((1 - beta) / (1 + beta));
}

bool DivergenceRule::ends(double loss) {
  if (!std::isfinite(loss)) {
    average = loss;
    return true;
  }
  average = smoother.add(loss);
  // The sum of losses near the largest double is no number either.
  if (!std::isfinite(average))
    return true;
  if (count++ >= ignored)
    best = std::min(best, average);
  return best > 0 && average > 4 * best;
}
