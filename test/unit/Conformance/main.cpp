//===- main.cpp - the tests, or what they compare -------------------------===//

#include "test/unit/Conformance/MaskedCompiler.h"

#include <cstdio>
#include <gtest/gtest.h>

int main(int argc, char **argv) {
  if (argc == 2 && std::string(argv[1]) == dsc::test::kDescribeOption) {
    std::string text = dsc::test::describeCompiler();
    bool isWritten =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return isWritten && std::fclose(stdout) == 0 ? 0 : 1;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
