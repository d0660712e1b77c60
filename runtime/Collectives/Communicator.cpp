//===- Communicator.cpp - what a communicator need not do itself ----------===//

#include "runtime/Collectives/Communicator.h"

using namespace dsc;

void Communicator::reduceScatterThen(float *data, Bounds bounds,
                                     const Use &use) {
  reduceScatter(data, bounds);
  if (bounds[rank()] < bounds[rank() + 1])
    use(bounds[rank()], bounds[rank() + 1]);
}
