//===- PtxFixture.h - PTX of a few lines, run -------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_PTXFIXTURE_H
#define DSC_TEST_UNIT_PTX_PTXFIXTURE_H

#include "test/unit/Ptx/Machine.h"

#include <cstring>
#include <gtest/gtest.h>

namespace dsc::test::ptx {

/// A module of one kernel `k`, whose only parameter is the address `out`. The
/// body finds it in %out, and the registers %p<9>, %h<9>, %r<9>, %d<9>, of 1 to
/// 64 bits, and %f<9> and %g<9>, floats of 32 and 64.
std::string kernelOf(const std::string &body, const std::string &before = "",
                     const std::string &attributes = "");

/// Runs it; what it leaves in `bytes` zeroed bytes at %out.
std::string runKernel(const std::string &text, size_t bytes,
                      const Launch &launch = {});

/// The same for an array.
template <class T>
std::vector<T> runFor(const std::string &text, size_t count,
                      const Launch &launch = {}) {
  std::vector<T> values(count);
  std::string bytes = runKernel(text, count * sizeof(T), launch);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The message of the Fault that the body ends in, "" without one.
std::string faultOf(const std::string &text, const Launch &launch = {});
std::string faultOfBody(const std::string &body, const Launch &launch = {});

/// A module that uses what there is of the grammar; kernel `all` of blocks of
/// 64 threads takes (out, count).
extern const char *const kSample;

/// Register names and types that hold a C++ type.
template <class T> constexpr const char *typeFor() {
  if constexpr (std::is_same_v<T, float>)
    return "f32";
  else if constexpr (std::is_same_v<T, double>)
    return "f64";
  else if constexpr (sizeof(T) == 2)
    return "b16";
  else
    return sizeof(T) == 4 ? "b32" : "b64";
}

std::string runInstruction(const std::string &opcode, const char *result,
                           const std::vector<const char *> &sourceTypes,
                           const std::vector<Argument> &sources, size_t bytes);

/// The result of one instruction. A bool is a predicate.
template <class R, class... A>
R compute(const std::string &opcode, A... sources) {
  auto widen = []<class T>(T value) {
    if constexpr (std::is_same_v<T, bool>)
      return uint32_t(value);
    else
      return value;
  };
  auto nameFor = []<class T>(T) {
    return std::is_same_v<T, bool> ? "pred" : typeFor<T>();
  };
  using Stored = decltype(widen(R()));
  std::string bytes =
      runInstruction(opcode, nameFor(R()), {nameFor(sources)...},
                     {Argument(widen(sources))...}, sizeof(Stored));
  Stored stored;
  std::memcpy(&stored, bytes.data(), sizeof stored);
  return R(stored);
}

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_PTXFIXTURE_H
