//===- Fault.h - what is wrong with PTX or its execution --------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_FAULT_H
#define DSC_TEST_UNIT_PTX_FAULT_H

#include <stdexcept>
#include <string>

namespace dsc::test::ptx {

/// Ends parsing or execution; the message names the line, and of a running
/// kernel also the kernel, block and thread.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void failAt(unsigned line, const std::string &message) {
  throw Fault("line " + std::to_string(line) + ": " + message);
}

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_FAULT_H
