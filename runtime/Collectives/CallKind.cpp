//===- CallKind.cpp -------------------------------------------------------===//

#include "runtime/Collectives/CallKind.h"

#include <fmt/format.h>

std::string dsc::describeCall(int rank, CallKind kind, int64_t bytes) {
  static constexpr const char *kNames[] = {
      "opens shared memory",    "allocates",
      "calls reduce_scatter",   "calls all_gather",
      "calls all_reduce (f32)", "calls all_reduce (f64)",
      "calls transfer",         "calls barrier"};
  std::string text = fmt::format("rank {} {}", rank, kNames[size_t(kind)]);
  if (bytes > 0)
    text += fmt::format(" of {} bytes", bytes);
  return text;
}
