//===- Communicator.cpp - what a communicator need not do itself ----------===//

#include "runtime/Collectives/Communicator.h"

#include <algorithm>

using namespace dsc;

void Communicator::reduceScatterThen(float *data, Bounds bounds,
                                     const Use &use) {
  reduceScatter(data, bounds);
  if (bounds[rank()] < bounds[rank() + 1])
    use(bounds[rank()], bounds[rank() + 1]);
}

void Communicator::reduceScatterTo(float *data, Bounds bounds, float *part) {
  reduceScatter(data, bounds);
  if (part != data + bounds[rank()])
    std::copy(data + bounds[rank()], data + bounds[rank() + 1], part);
}
