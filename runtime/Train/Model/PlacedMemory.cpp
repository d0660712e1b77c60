//===- PlacedMemory.cpp ---------------------------------------------------===//

#include "runtime/Train/Model/PlacedMemory.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"

#include <set>

using namespace dsc;

DeviceMemory dsc::memoryOfRank(const plan::Plan &plan,
                               Communicator &communicator) {
  DeviceMemory memory;
  memory.rank = communicator.rank();
  memory.ranks = communicator.size();
  if (memory.ranks == 1)
    return memory;
  std::set<int> exchanged;
  for (const plan::Program *program : *plan.programs())
    for (const plan::PlanOp *op : *program->ops())
      exchanged.insert(op->buffer());
  if (gradientsPass(plan, memory.ranks))
    exchanged.insert(findBuffer(plan, "passing"));
  memory.shared = [&communicator, exchanged](int buffer,
                                             int64_t bytes) -> void * {
    return exchanged.count(buffer) ? communicator.allocate(bytes) : nullptr;
  };
  return memory;
}

bool PlacedMemory::isSharded(int buffer) const {
  return communicator.size() > 1 &&
         plan.buffers()->Get(buffer)->placement() == plan::Placement::shard;
}

void PlacedMemory::write(int buffer, int64_t first, int64_t count,
                         const void *data) {
  int64_t width = elementBytes(plan.buffers()->Get(buffer)->dtype());
  if (!isSharded(buffer)) {
    device.upload(buffer, first * width, data, count * width);
    return;
  }
  auto *bytes = static_cast<const char *>(data);
  for (ElementRange part : partsOf(communicator.rank(), {first, first + count}))
    device.upload(buffer, part.begin * width,
                  bytes + (part.begin - first) * width, part.size() * width);
}

void PlacedMemory::read(int buffer, int64_t first, int64_t count, void *data) {
  int64_t width = elementBytes(plan.buffers()->Get(buffer)->dtype());
  if (!isSharded(buffer)) {
    device.download(buffer, first * width, data, count * width);
    return;
  }
  ElementRange range{first, first + count};
  auto place = [&](ElementRange part) {
    return static_cast<char *>(data) + (part.begin - first) * width;
  };
  std::vector<Transfer> sends, receives;
  for (ElementRange part : partsOf(communicator.rank(), range)) {
    device.download(buffer, part.begin * width, place(part),
                    part.size() * width);
    if (!isFirst())
      sends.push_back({0, place(part), part.size() * width});
  }
  for (int rank = 1; isFirst() && rank < communicator.size(); ++rank)
    for (ElementRange part : partsOf(rank, range))
      receives.push_back({rank, place(part), part.size() * width});
  try {
    communicator.transfer(sends, receives);
  } catch (const Error &error) {
    throw Error(error.code(),
                "gathering of " + plan.buffers()->Get(buffer)->name()->str() +
                    " on rank 0, to save it: " + error.what(),
                error.hint());
  }
}
