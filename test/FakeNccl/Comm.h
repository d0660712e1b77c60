//===- Comm.h - a communicator of the fake NCCL ------------------*- C++
//-*-===//
//
// Nothing is done in a call: what it was called for goes to its stream when the
// caller asks for asynchronous errors for the second time, and is done when
// somebody waits for the stream. So a caller that does not ask is seen. Calls
// that are recorded are made anew by each launch of the graph.
//
// The environment says what goes wrong:
//
//   DSC_FAKE_NCCL_VERSION  21306: it is NCCL 2.13.6
//   DSC_FAKE_NCCL_FAULT    "6 3": the third group ends with asynchronous error
//                          6, and everything after it; "6 3 1": on rank 1
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKENCCL_COMM_H
#define DSC_TEST_FAKENCCL_COMM_H

#include "cuda/Runtime/Nccl.h"
#include "test/FakeDriver/State.h"
#include "test/FakeNccl/Group.h"

namespace dsc::cuda::nccl {

/// Lives on while a stream has work of it.
struct CommTag : std::enable_shared_from_this<CommTag> {
  CommTag(const std::string &name, int rank, int ranks)
      : rank(rank), ranks(ranks), channels(name, rank, ranks) {}

  /// Whether a call is allowed now.
  bool isReady() const { return joined && !async && !hasMore; }

  /// Notes a failure, also for ncclGetLastError.
  Result fail(Result result, const std::string &reason);

  /// What was called for, in the order of calls.
  void leave(std::vector<fake::Operation> operations, Stream stream);

  Result askAsync();

  const int rank, ranks;
  fake::Channels channels;
  bool joined = false, aborted = false;
  Result async = kDone; ///< a failure that stays
  bool hasMore = true;  ///< what was begun is not on its way yet
  int asked = 0;        ///< how often since it was begun
  uint64_t unfinished = 0;
  /// Graphs hold on to it for as long as they have calls.
  std::shared_ptr<int> graphs = std::make_shared<int>();
  std::string reason;

private:
  void enqueue();
  bool failsNow();
  Status work(fake::Group &group);
  void record();

  std::vector<fake::Operation> operations;
  Stream stream = nullptr;
};

} // namespace dsc::cuda::nccl

#endif // DSC_TEST_FAKENCCL_COMM_H
