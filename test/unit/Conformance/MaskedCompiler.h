//===- MaskedCompiler.h - what a compiler process finds ---------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_MASKEDCOMPILER_H
#define DSC_TEST_UNIT_CONFORMANCE_MASKEDCOMPILER_H

#include <string>

namespace dsc::test {

/// With this option the program prints describeCompiler() and ends.
inline constexpr char kDescribeOption[] = "--describe-compiler";

/// Hashes of objects, of schedules evaluated and of kernels interpreted.
std::string describeCompiler();

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_MASKEDCOMPILER_H
