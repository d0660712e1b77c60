//===- HostileTest.cpp - text that no compiler writes ---------------------===//

#include "test/unit/Ptx/PtxFixture.h"

#include <random>
#include <sstream>

using namespace dsc::test::ptx;

namespace {
/// Runs what can be run; true where it ended in a Fault.
bool isRefused(const std::string &text) {
  try {
    Machine machine(text);
    machine.limit = 10000;
    Address out = machine.allocate(252);
    struct {
      uint32_t count, unused;
    } rest = {63, 0};
    for (const auto &[name, kernel] : machine.getProgram().kernels)
      machine.launch(name, {{1, 1, 1}, {64, 1, 1}, 32}, {out, rest});
    return false;
  } catch (const Fault &) {
    return true;
  }
}
} // namespace

TEST(Hostile, CutAnywhere) {
  std::string sample = kSample;
  EXPECT_FALSE(isRefused(sample));
  size_t body = sample.find("{\n\t.reg"), end = sample.find("-- End function");
  for (size_t length = 0; length < sample.size(); ++length) {
    bool refused = isRefused(sample.substr(0, length));
    EXPECT_TRUE(refused || length < body || length > end) << length;
  }
}

TEST(Hostile, AnyByteChanged) {
  std::mt19937 random(7);
  size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = kSample;
    for (int changes = 1 + i % 3; changes > 0; --changes)
      text[random() % text.size()] =
          i % 2 ? char(random())
                : "{}[]<>,;.%0123456789abdr-+@!:\""[random() % 31];
    refused += isRefused(text);
  }
  EXPECT_GT(refused, 10000u);
}

TEST(Hostile, LinesMovedAndDoubled) {
  std::vector<std::string> lines;
  std::stringstream sample(kSample);
  for (std::string line; std::getline(sample, line);)
    lines.push_back(line);
  std::mt19937 random(8);
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::string> moved = lines;
    std::swap(moved[random() % moved.size()], moved[random() % moved.size()]);
    moved[random() % moved.size()] = moved[random() % moved.size()];
    std::string text;
    for (const std::string &line : moved)
      text += line + "\n";
    refused += isRefused(text);
  }
  EXPECT_GT(refused, 1000u);
}

TEST(Hostile, MoreThanThereIs) {
  auto repeat = [](const std::string &text, size_t count) {
    std::string all;
    while (count-- > 0)
      all += text;
    return all;
  };
  EXPECT_TRUE(isRefused(kernelOf(repeat("{", 100000))));
  EXPECT_TRUE(isRefused(kernelOf("mov.b64 %d1, " + repeat("{", 100000))));
  EXPECT_TRUE(isRefused(kernelOf(repeat("9", 100000))));
  EXPECT_TRUE(isRefused(kernelOf("", repeat("a", 1000000))));
  EXPECT_TRUE(isRefused(std::string(70000000, ' ')));
  EXPECT_TRUE(isRefused(std::string("\0\0", 2)));
  // What is only declared costs nothing.
  EXPECT_EQ(faultOfBody(".reg .b64 %x<18446744073709551615>;\n"
                        "mov.b64 %x4000000000, 1;"),
            "");
  EXPECT_TRUE(isRefused(kernelOf("", ".global .b64 a[268435456];")));
  EXPECT_TRUE(isRefused(kernelOf(".local .b64 a[1000000];")));
}
