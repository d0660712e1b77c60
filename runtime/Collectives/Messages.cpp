//===- Messages.cpp -------------------------------------------------------===//

#include "runtime/Collectives/Messages.h"

#include <algorithm>

using namespace dsc;

bool dsc::isAny(Communicator &communicator, bool mine) {
  double count = mine;
  communicator.allReduce(&count, 1);
  return count > 0;
}

std::string dsc::fromFirst(Communicator &communicator, std::string text) {
  // Rank 0 has all parts of an array that is gathered.
  auto boundsOf = [&](int64_t size) {
    std::vector<int64_t> bounds(size_t(communicator.size()) + 1, size);
    bounds[0] = 0;
    return bounds;
  };
  auto size = int64_t(text.size());
  communicator.allGather(&size, sizeof(size), boundsOf(1));
  text.resize(size_t(size));
  communicator.allGather(text.data(), 1, boundsOf(size));
  return text;
}

std::vector<double> dsc::gatherAll(Communicator &communicator,
                                   std::span<const double> mine) {
  auto count = int64_t(mine.size());
  std::vector<int64_t> bounds;
  for (int64_t rank = 0; rank <= communicator.size(); ++rank)
    bounds.push_back(rank * count);
  std::vector<double> all(size_t(bounds.back()));
  std::copy(mine.begin(), mine.end(),
            all.begin() + communicator.rank() * count);
  communicator.allGather(all.data(), sizeof(double), bounds);
  return all;
}
