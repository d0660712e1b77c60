//===- FakeNccl.cpp - libnccl without devices -----------------------------===//
//
// The functions that cuda/Runtime calls. They refuse what NCCL refuses, and
// what it does not notice and a test should: memory that is not the device's,
// calls while another is under way, messages without another end.
//
//===----------------------------------------------------------------------===//

#include "test/FakeNccl/Comm.h"

#include <cstring>
#include <random>
#include <set>

using namespace dsc;
using namespace dsc::cuda;
using namespace dsc::cuda::nccl;
using fake::Kind;
using fake::Label;
using fake::Operation;

namespace {

/// What the calls between the outermost ncclGroupStart and its end ask for.
struct Calls {
  int depth = 0;
  Result failure = kDone;
  Comm comm = nullptr;
  Stream stream = nullptr;
  std::vector<Operation> operations;
};

thread_local Calls calls;

std::set<std::shared_ptr<CommTag>> &comms() {
  static std::set<std::shared_ptr<CommTag>> all;
  return all;
}

} // namespace

static std::shared_ptr<CommTag> find(Comm comm) {
  for (const auto &known : comms())
    if (known.get() == comm)
      return known;
  return nullptr;
}

/// After the last call of a group.
static Result begin() {
  Calls made = std::exchange(calls, {});
  if (made.failure)
    return made.failure;
  if (made.operations.empty())
    return kDone;
  made.comm->leave(std::move(made.operations), made.stream);
  return kInProgress;
}

static const char *refusal(const Operation &operation, const CommTag &comm,
                           Stream stream, size_t inBytes, size_t outBytes) {
  const Label &label = operation.label;
  if (!comm.isReady())
    return "a call before the one before is done";
  if (!stream)
    return "no stream";
  if (fake::widthOf(label.type) == 0)
    return "a type that there is none of";
  if (label.kind <= Kind::reduce && label.type == kBytes)
    return "a sum of bytes";
  if (label.root < 0 || label.root >= comm.ranks || operation.peer < 0 ||
      operation.peer >= comm.ranks)
    return "no rank of that number";
  if ((inBytes && !operation.in) || (outBytes && !operation.out))
    return "memory that is not the device's";
  return nullptr;
}

/// A call. `ins` and `outs` are how many times the count stand at `in` and
/// `out`.
static Result add(Label label, const void *in, size_t ins, void *out,
                  size_t outs, int peer, Comm handle, Stream stream) {
  auto comm = find(handle);
  if (!comm)
    return kInvalidArgument;
  size_t bytes = label.count * fake::widthOf(label.type);
  auto resolve = [](const void *address, size_t size) {
    return fake::state().memory.resolve(reinterpret_cast<uint64_t>(address),
                                        size);
  };
  Operation operation{label, in ? resolve(in, ins * bytes) : nullptr,
                      out ? resolve(out, outs * bytes) : nullptr, peer};
  const char *reason =
      refusal(operation, *comm, stream, ins * bytes, outs * bytes);
  if (!reason && calls.comm && (calls.comm != handle || calls.stream != stream))
    reason = "a group of several communicators or streams";
  if (reason)
    return calls.failure =
               comm->fail(kInvalidArgument, label.describe() + ": " + reason);
  calls.comm = handle;
  calls.stream = stream;
  calls.operations.push_back(operation);
  return calls.depth > 0 ? kDone : begin();
}

/// At the start of a function.
#define DSC_NCCL_ENTER                                                         \
  std::lock_guard inside(fake::door());                                        \
  fake::enter(__func__)

/// A definition of another type than the runtime calls does not compile.
#define DSC_NCCL_DECLARE(type, name, symbol, parameters) type symbol parameters;
namespace dsc::cuda::nccl {
extern "C" {
DSC_NCCL_FUNCTIONS(DSC_NCCL_DECLARE)
}
} // namespace dsc::cuda::nccl

extern "C" {

Result ncclGetVersion(int *version) {
  DSC_NCCL_ENTER;
  *version = int(fake::setting("DSC_FAKE_NCCL_VERSION", 22809));
  return kDone;
}

Result ncclGetUniqueId(Id *id) {
  DSC_NCCL_ENTER;
  std::random_device random;
  std::memset(id->bytes, 0, sizeof(id->bytes));
  std::snprintf(id->bytes, sizeof(id->bytes), "/dsc-fake-nccl-%08x%08x",
                random(), random());
  return kDone;
}

Result ncclCommInitRankConfig(Comm *comm, int ranks, Id id, int rank,
                              Config *config) {
  DSC_NCCL_ENTER;
  if (ranks < 1 || ranks > fake::Channels::kMostRanks || rank < 0 ||
      rank >= ranks || config->magic != 0xcafebeef || config->blocking != 0)
    return kInvalidArgument;
  auto made = std::make_shared<CommTag>(id.bytes, rank, ranks);
  if (!made->channels.isOpen())
    return kInvalidArgument;
  *comm = made.get();
  comms().insert(std::move(made));
  return kInProgress;
}

Result ncclCommGetAsyncError(Comm handle, Result *result) {
  std::lock_guard inside(fake::door());
  auto comm = find(handle);
  if (!comm)
    return kInvalidArgument;
  *result = comm->askAsync();
  return kDone;
}

Result ncclCommFinalize(Comm handle) {
  DSC_NCCL_ENTER;
  auto comm = find(handle);
  if (!comm)
    return kInvalidArgument;
  return comm->isReady() ? kDone
                         : comm->fail(kInvalidUsage, "not ready to end");
}

Result ncclCommDestroy(Comm handle) {
  DSC_NCCL_ENTER;
  auto comm = find(handle);
  if (!comm)
    return kInvalidArgument;
  if (comm->unfinished > 0)
    return comm->fail(kInvalidUsage, "it is destroyed before its work is done");
  if (comm->graphs.use_count() > 1)
    return comm->fail(kInvalidUsage, "it is destroyed before its graphs");
  comms().erase(comm);
  return kDone;
}

Result ncclCommAbort(Comm handle) {
  DSC_NCCL_ENTER;
  auto comm = find(handle);
  if (!comm)
    return kInvalidArgument;
  comm->aborted = true;
  comms().erase(comm);
  return kDone;
}

const char *ncclGetErrorString(Result result) {
  static const char *const texts[] = {"no error",
                                      "unhandled cuda error",
                                      "unhandled system error",
                                      "internal error",
                                      "invalid argument",
                                      "invalid usage",
                                      "remote process exited or there was a "
                                      "network error",
                                      "NCCL operation in progress"};
  return texts[result];
}

const char *ncclGetLastError(Comm handle) {
  auto comm = find(handle);
  return comm ? comm->reason.c_str() : "";
}

Result ncclGroupStart() {
  DSC_NCCL_ENTER;
  calls.depth += 1;
  return kDone;
}

Result ncclGroupEnd() {
  DSC_NCCL_ENTER;
  if (calls.depth == 0)
    return kInvalidUsage;
  return --calls.depth > 0 ? kDone : begin();
}

Result ncclAllReduce(const void *in, void *out, size_t count, int type, int sum,
                     Comm comm, Stream stream) {
  DSC_NCCL_ENTER;
  return sum != kSum ? kInvalidArgument
                     : add({Kind::allReduce, type, 0, count}, in, 1, out, 1, 0,
                           comm, stream);
}

Result ncclReduceScatter(const void *in, void *out, size_t count, int type,
                         int sum, Comm handle, Stream stream) {
  DSC_NCCL_ENTER;
  auto comm = find(handle);
  return !comm || sum != kSum
             ? kInvalidArgument
             : add({Kind::reduceScatter, type, 0, count}, in,
                   size_t(comm->ranks), out, 1, 0, handle, stream);
}

Result ncclReduce(const void *in, void *out, size_t count, int type, int sum,
                  int root, Comm comm, Stream stream) {
  DSC_NCCL_ENTER;
  return sum != kSum ? kInvalidArgument
                     : add({Kind::reduce, type, root, count}, in, 1, out, 1, 0,
                           comm, stream);
}

Result ncclAllGather(const void *in, void *out, size_t count, int type,
                     Comm handle, Stream stream) {
  DSC_NCCL_ENTER;
  auto comm = find(handle);
  return !comm ? kInvalidArgument
               : add({Kind::allGather, type, 0, count}, in, 1, out,
                     size_t(comm->ranks), 0, handle, stream);
}

Result ncclBroadcast(const void *in, void *out, size_t count, int type,
                     int root, Comm comm, Stream stream) {
  DSC_NCCL_ENTER;
  return add({Kind::broadcast, type, root, count}, in, 1, out, 1, 0, comm,
             stream);
}

Result ncclSend(const void *in, size_t count, int type, int peer, Comm comm,
                Stream stream) {
  DSC_NCCL_ENTER;
  return add({Kind::message, type, 0, count}, in, 1, nullptr, 0, peer, comm,
             stream);
}

Result ncclRecv(void *out, size_t count, int type, int peer, Comm comm,
                Stream stream) {
  DSC_NCCL_ENTER;
  return add({Kind::message, type, 0, count}, nullptr, 0, out, 1, peer, comm,
             stream);
}

} // extern "C"
