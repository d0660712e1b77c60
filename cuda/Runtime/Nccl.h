//===- Nccl.h - the few functions of NCCL that ranks need -------*- C++ -*-===//
//
// NCCL is opened when ranks of a run ask for it. The functions, their types and
// the constants below are its public binary interface, those of 2.14 and newer.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_RUNTIME_NCCL_H
#define DSC_CUDA_RUNTIME_NCCL_H

#include "cuda/Runtime/Driver.h"

#include <climits>

namespace dsc::cuda::nccl {

using Result = int;
using Comm = struct CommTag *;

inline constexpr Result kDone = 0, kDriverError = 1, kInvalidArgument = 4,
                        kInvalidUsage = 5, kInProgress = 7;
inline constexpr int kBytes = 0, kFloat = 7, kDouble = 8; ///< types
inline constexpr int kSum = 0;                            ///< reductions

/// Of the version that has communicators whose calls do not wait.
inline constexpr int kOldest = 21400, kNext = 30000;

struct Id {
  char bytes[128];
};

/// As version 2.14 had it; NCCL fills in what came later by the size and the
/// version that stand here.
struct Config {
  size_t size = sizeof(Config);
  unsigned magic = 0xcafebeef;
  unsigned version = kOldest;
  int blocking = 0;
  int padding = INT_MIN;
};

/// What it returns, name in the table, name in NCCL, parameters.
#define DSC_NCCL_FUNCTIONS(F)                                                  \
  F(Result, getVersion, ncclGetVersion, (int *))                               \
  F(Result, makeId, ncclGetUniqueId, (Id *))                                   \
  F(Result, join, ncclCommInitRankConfig, (Comm *, int, Id, int, Config *))    \
  F(Result, asyncError, ncclCommGetAsyncError, (Comm, Result *))               \
  F(Result, finalise, ncclCommFinalize, (Comm))                                \
  F(Result, destroy, ncclCommDestroy, (Comm))                                  \
  F(Result, abort, ncclCommAbort, (Comm))                                      \
  F(const char *, errorText, ncclGetErrorString, (Result))                     \
  F(const char *, lastError, ncclGetLastError, (Comm))                         \
  F(Result, groupStart, ncclGroupStart, ())                                    \
  F(Result, groupEnd, ncclGroupEnd, ())                                        \
  F(Result, allReduce, ncclAllReduce,                                          \
    (const void *, void *, size_t, int, int, Comm, Stream))                    \
  F(Result, reduceScatter, ncclReduceScatter,                                  \
    (const void *, void *, size_t, int, int, Comm, Stream))                    \
  F(Result, reduce, ncclReduce,                                                \
    (const void *, void *, size_t, int, int, int, Comm, Stream))               \
  F(Result, allGather, ncclAllGather,                                          \
    (const void *, void *, size_t, int, Comm, Stream))                         \
  F(Result, broadcast, ncclBroadcast,                                          \
    (const void *, void *, size_t, int, int, Comm, Stream))                    \
  F(Result, send, ncclSend, (const void *, size_t, int, int, Comm, Stream))    \
  F(Result, receive, ncclRecv, (void *, size_t, int, int, Comm, Stream))

struct Library {
#define DSC_NCCL_MEMBER(type, name, symbol, parameters)                        \
  type(*name) parameters = nullptr;
  DSC_NCCL_FUNCTIONS(DSC_NCCL_MEMBER)
#undef DSC_NCCL_MEMBER

  std::string version; ///< "2.28.9"

  /// Throws dsc::Error where `result` is a failure, with what NCCL says of it:
  /// of the device, of dsc where the call was wrong, else of a peer.
  void check(Result result, Comm comm) const;
};

/// NCCL, opened once: the file that $DSC_NCCL names, else what the system (or
/// LibTorch, which brings its own) has. Throws dsc::Error(Exit::artifact) when
/// there is none, or one of another version.
const Library &openLibrary();

} // namespace dsc::cuda::nccl

#endif // DSC_CUDA_RUNTIME_NCCL_H
