//===- Memory.cpp - what a rank holds -------------------------------------===//

#include "runtime/Artifact/Simulation/Costs.h"
#include "runtime/Artifact/Types.h"

using namespace dsc;

/// Elements of a buffer that holds this rank's parts and no others.
static int64_t ownedElements(const Facts &facts, int rank) {
  int64_t owned = 0;
  for (int bucket = 0; bucket < facts.bucketCount(); ++bucket)
    owned += shardOf(facts.bucket(bucket), rank, facts.ranks).size();
  return owned;
}

static int64_t elementsOf(const Facts &facts, int index, int rank) {
  const plan::Buffer &buffer = *facts.plan.buffers()->Get(unsigned(index));
  if (isUnused(facts.plan, buffer, facts.ranks))
    return 0;
  if (isHeldInParts(facts.plan, buffer, facts.ranks))
    return ownedElements(facts, rank);
  return buffer.count();
}

std::vector<BufferMemory> dsc::memoryOf(const Facts &facts, int rank) {
  std::vector<BufferMemory> all;
  for (int index = 0; index < int(facts.plan.buffers()->size()); ++index) {
    const plan::Buffer &buffer = *facts.plan.buffers()->Get(unsigned(index));
    double bytes = double(elementsOf(facts, index, rank)) *
                   double(elementBytes(buffer.dtype()));
    if (bytes > 0)
      all.push_back({buffer.name()->str(), bytes});
  }
  if (int64_t elements = fetchedElements(facts.plan, rank, facts.ranks))
    all.push_back({"other ranks' sums", double(elements) * sizeof(float)});
  return all;
}
