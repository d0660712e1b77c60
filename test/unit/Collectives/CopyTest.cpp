//===- CopyTest.cpp -------------------------------------------------------===//

#include "runtime/Collectives/Copy.h"

#include <gtest/gtest.h>
#include <vector>

using namespace dsc;

static void takesEveryByteAndNoOther(void (*copy)(char *, const char *,
                                                  int64_t)) {
  constexpr int64_t kMost = (int64_t(1) << 20) + 200;
  std::vector<char> source(size_t(kMost) + 64);
  for (size_t i = 0; i < source.size(); ++i)
    source[i] = char(i * 7 % 251 + 1);
  for (int64_t bytes : {int64_t(0), int64_t(1), int64_t(4096),
                        int64_t(512) << 10, (int64_t(512) << 10) + 63, kMost})
    for (int64_t shift : {0, 1, 63}) {
      std::vector<char> found(source.size() + 64, 0), expected = found;
      std::copy_n(source.data() + shift, bytes,
                  expected.data() + 2 * shift / 3);
      copy(found.data() + 2 * shift / 3, source.data() + shift, bytes);
      EXPECT_EQ(found, expected) << bytes << " bytes from " << shift;
    }
}

TEST(Copy, FromAPeerTakesEveryByteAndNoOther) {
  takesEveryByteAndNoOther(copyFromPeer);
}

TEST(Copy, ToAPeerTakesEveryByteAndNoOther) {
  takesEveryByteAndNoOther(copyToPeer);
}
