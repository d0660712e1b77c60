//===- Group.cpp ----------------------------------------------------------===//

#include "test/FakeNccl/Group.h"

#include "cuda/Runtime/Nccl.h"

#include <algorithm>
#include <cstring>

using namespace dsc;
using namespace dsc::fake;

size_t fake::widthOf(int type) {
  return type == cuda::nccl::kBytes    ? 1
         : type == cuda::nccl::kFloat  ? sizeof(float)
         : type == cuda::nccl::kDouble ? sizeof(double)
                                       : 0;
}

std::string Label::describe() const {
  static const char *const names[] = {"all-reduce", "reduce-scatter",
                                      "reduce",     "all-gather",
                                      "broadcast",  "message"};
  return std::string(names[int(kind)]) + " of " + std::to_string(count) +
         " elements of type " + std::to_string(type) + ", root " +
         std::to_string(root);
}

Group::Group(int rank, int ranks, const std::vector<Operation> &operations)
    : rank(rank), ranks(ranks), outgoing(size_t(ranks)),
      incoming(size_t(ranks)) {
  for (const Operation &operation : operations)
    add(operation);
  if (ownSends.size() != ownReceives.size())
    throw std::string("a rank's messages to itself have no other end");
  for (size_t i = 0; i < ownSends.size(); ++i) {
    if (ownSends[i].label != ownReceives[i].label)
      throw "a rank sends itself a " + ownSends[i].label.describe() +
          " and receives a " + ownReceives[i].label.describe();
    endings.push_back([send = ownSends[i], receive = ownReceives[i]] {
      std::memmove(receive.out, send.in,
                   send.label.count * widthOf(send.label.type));
    });
  }
}

void Group::send(int peer, const Label &label, const char *data, size_t bytes) {
  outgoing[peer].push_back({label, const_cast<char *>(data), bytes});
}

void Group::receive(int peer, const Label &label, char *data, size_t bytes) {
  incoming[peer].push_back({label, data, bytes});
}

template <typename Number>
static void sum(const std::vector<const char *> &from, char *out,
                size_t count) {
  for (size_t i = 0; i < count; ++i) {
    Number total = reinterpret_cast<const Number *>(from[0])[i];
    for (size_t term = 1; term < from.size(); ++term)
      total += reinterpret_cast<const Number *>(from[term])[i];
    reinterpret_cast<Number *>(out)[i] = total;
  }
}

void Group::receiveTerms(const Label &label, const char *own, char *out) {
  size_t bytes = label.count * widthOf(label.type);
  std::vector<const char *> from;
  for (int peer = 0; peer < ranks; ++peer) {
    if (peer == rank) {
      from.push_back(own);
      continue;
    }
    char *term = terms.emplace_back(bytes).data();
    from.push_back(term);
    receive(peer, label, term, bytes);
  }
  endings.push_back([=] {
    if (label.type == cuda::nccl::kFloat)
      sum<float>(from, out, label.count);
    else
      sum<double>(from, out, label.count);
  });
}

void Group::addMessage(const Operation &operation) {
  const Label &label = operation.label;
  size_t bytes = label.count * widthOf(label.type);
  if (operation.peer == rank)
    (operation.in ? ownSends : ownReceives).push_back(operation);
  else if (operation.in)
    send(operation.peer, label, operation.in, bytes);
  else
    receive(operation.peer, label, operation.out, bytes);
}

void Group::add(const Operation &operation) {
  const auto &[label, in, out, peer] = operation;
  size_t bytes = label.count * widthOf(label.type);
  if (label.kind == Kind::message) {
    addMessage(operation);
    return;
  }
  bool sends = label.kind == Kind::broadcast ? rank == label.root : true;
  for (int other = 0; other < ranks && sends; ++other) {
    if (other == rank || (label.kind == Kind::reduce && other != label.root))
      continue;
    bool isPart = label.kind == Kind::reduceScatter;
    send(other, label, in + (isPart ? other * bytes : 0), bytes);
  }
  switch (label.kind) {
  case Kind::allReduce:
    receiveTerms(label, in, out);
    break;
  case Kind::reduceScatter:
    receiveTerms(label, in + rank * bytes, out);
    break;
  case Kind::reduce:
    if (rank == label.root)
      receiveTerms(label, in, out);
    break;
  case Kind::allGather:
    for (int other = 0; other < ranks; ++other)
      if (other != rank)
        receive(other, label, out + other * bytes, bytes);
    endings.push_back([=, own = out + rank * bytes, in = in] {
      std::memmove(own, in, bytes);
    });
    break;
  case Kind::broadcast:
    if (rank != label.root)
      receive(label.root, label, out, bytes);
    else
      endings.push_back(
          [=, in = in, out = out] { std::memmove(out, in, bytes); });
    break;
  case Kind::message:
    break;
  }
}

bool Group::write(Channels &channels, int peer) {
  auto &queue = outgoing[peer];
  while (!queue.empty()) {
    Message &message = queue.front();
    if (message.moved < sizeof(Label))
      message.moved += channels.write(
          peer, reinterpret_cast<char *>(&message.label) + message.moved,
          sizeof(Label) - message.moved);
    if (message.moved >= sizeof(Label)) {
      size_t done = message.moved - sizeof(Label);
      message.moved +=
          channels.write(peer, message.data + done, message.bytes - done);
    }
    if (message.moved < sizeof(Label) + message.bytes)
      return false;
    queue.pop_front();
  }
  return true;
}

bool Group::read(Channels &channels, int peer) {
  auto &queue = incoming[peer];
  while (!queue.empty()) {
    Message &message = queue.front();
    if (message.moved < sizeof(Label)) {
      message.moved += channels.read(
          peer, reinterpret_cast<char *>(&message.found) + message.moved,
          sizeof(Label) - message.moved);
      if (message.moved == sizeof(Label) && message.found != message.label)
        throw "rank " + std::to_string(rank) + " makes a " +
            message.label.describe() + "; rank " + std::to_string(peer) +
            " a " + message.found.describe();
    }
    if (message.moved >= sizeof(Label)) {
      size_t done = message.moved - sizeof(Label);
      message.moved +=
          channels.read(peer, message.data + done, message.bytes - done);
    }
    if (message.moved < sizeof(Label) + message.bytes)
      return false;
    queue.pop_front();
  }
  return true;
}

bool Group::progress(Channels &channels) {
  bool isDone = true;
  for (int peer = 0; peer < ranks; ++peer) {
    isDone = write(channels, peer) && isDone;
    isDone = read(channels, peer) && isDone;
  }
  if (isDone)
    for (const auto &ending : endings)
      ending();
  return isDone;
}
