//===- CallKind.h - the names of collectives, for messages ------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_CALLKIND_H
#define DSC_RUNTIME_COLLECTIVES_CALLKIND_H

#include <cstdint>
#include <string>

namespace dsc {

enum class CallKind : uint32_t {
  open,
  allocate,
  reduceScatter,
  allGather,
  allReduceFloat,
  allReduceDouble,
  transfer,
  barrier
};

/// "rank 2 calls all_gather of 40 bytes".
std::string describeCall(int rank, CallKind kind, int64_t bytes);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_CALLKIND_H
