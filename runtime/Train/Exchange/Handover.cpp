//===- Handover.cpp -------------------------------------------------------===//

#include "runtime/Train/Exchange/Handover.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Collectives/Copy.h"

#include <algorithm>

using namespace dsc;

static bool isMap(const plan::Plan &plan, int kernel) {
  return plan.kernels()->Get(kernel)->kind() == plan::KernelKind::map;
}

/// Buffers that a program gathers, where this rank may write to what others
/// have. Their backward passes read it until all ranks have met: a sum over all
/// has to come before the first update.
static std::vector<int> gatheredAfterMeeting(const plan::Plan &plan,
                                             const plan::Program &program) {
  std::vector<int> gathered;
  bool met = false;
  for (const plan::PlanOp *op : *program.ops()) {
    met |= op->code() == plan::OpCode::all_reduce;
    if (!met && op->code() == plan::OpCode::launch && isMap(plan, op->index()))
      return {};
    if (op->code() == plan::OpCode::all_gather)
      gathered.push_back(op->buffer());
  }
  return gathered;
}

Handover::Handover(const plan::Plan &plan, Device &device,
                   Communicator &communicator)
    : plan(plan), device(device) {
  for (const plan::Program *program : *plan.programs())
    for (int buffer : gatheredAfterMeeting(plan, *program))
      add(buffer, communicator);
}

void Handover::add(int buffer, Communicator &communicator) {
  Copies copies;
  copies.width = elementBytes(plan.buffers()->Get(buffer)->dtype());
  for (int peer = 0; peer < communicator.size(); ++peer) {
    if (peer == communicator.rank())
      continue;
    void *copy = communicator.copyOfPeer(device.address(buffer), peer);
    if (!copy)
      return;
    copies.peers.push_back(static_cast<char *>(copy));
  }
  if (!copies.peers.empty())
    buffers.emplace(buffer, std::move(copies));
}

void Handover::give(int buffer, const Copies &copies, int64_t begin,
                    int64_t end) {
  int64_t offset = begin * copies.width, bytes = (end - begin) * copies.width;
  auto *mine = static_cast<const char *>(device.address(buffer));
  for (char *peer : copies.peers)
    copyToPeer(peer + offset, mine + offset, bytes);
}

void Handover::launch(int kernel, int64_t begin, int64_t end) {
  std::vector<int> given;
  for (int32_t operand : *plan.kernels()->Get(kernel)->operands())
    if (covers(operand))
      given.push_back(operand);
  if (given.empty() || !isMap(plan, kernel)) {
    device.launch(kernel, begin, end);
    return;
  }
  device.launchThen(kernel, begin, end, [&](int64_t from, int64_t to) {
    for (int buffer : given)
      give(buffer, buffers.at(buffer), from, to);
  });
}
