//===- Interpreter.h - a job on a GPU that is read, not there ---*- C++ -*-===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_INTERPRETER_H
#define DSC_TEST_UNIT_CONFORMANCE_INTERPRETER_H

#include "test/unit/Conformance/Job.h"

namespace dsc::test {

/// What the job writes where the PTX in `payload` runs as
/// runtime/Artifact/KernelAbi.h says; a failure of the test and "" when it does
/// not end well.
std::string interpret(const std::string &payload, const Job &job);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_INTERPRETER_H
