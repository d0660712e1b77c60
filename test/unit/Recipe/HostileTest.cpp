//===- HostileTest.cpp - files that mean no good --------------------------===//
//
// Whatever a file holds, loading it ends, with ops or with errors. That it ends
// soon is Recipe/hostile.test's, which bounds the processor time.
//
//===----------------------------------------------------------------------===//

#include "RecipeFixture.h"

#include <random>
#include <sys/stat.h>

namespace {

class HostileTest : public RecipeTest {
protected:
  void expectRefused(const std::string &text, const std::string &part = "") {
    EXPECT_FALSE(loadText(text));
    std::string report = getReport();
    EXPECT_LT(report.size(), 100000u);
    EXPECT_HAS(report, part);
  }
};

std::string repeat(const std::string &text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

} // namespace

TEST_F(HostileTest, Sizes) {
  expectRefused(std::string((1 << 20) + 1, ' '), "expected at most 1 MiB");
  expectRefused("dsc = 1\nx = \"" + std::string(1000000, 'x') + "\"\n",
                "unknown key 'x'");
  expectRefused("dsc = 1\nname = \"" + std::string(1000000, 'x') + "\"\n",
                "'name' is too long");
  expectRefused("dsc = 1\n" + std::string(1000000, 'x') + " = 1\n",
                "unknown key 'xxx");
}

TEST_F(HostileTest, Depth) {
  expectRefused("x = " + std::string(500000, '['), "nest deeper than 32");
  expectRefused("x = " + repeat("{a=", 300000), "nest deeper than 32");
  expectRefused(repeat("a.", 200000) + "a = 1\n", "more than 16 parts");
  expectRefused("[" + repeat("a.", 200000) + "a]\n", "more than 16 parts");
  expectRefused(repeat("a . ", 200000) + "a = 1\n", "more than 16 parts");
}

TEST_F(HostileTest, Many) {
  std::string keys, tables, array = "x = [", long_array = "hidden = [";
  for (int i = 0; i < 60000; ++i) {
    keys += "k" + std::to_string(i) + "=1\n";
    tables += "[t" + std::to_string(i) + "]\n";
  }
  expectRefused("dsc = 1\n" + keys, "... and 59950 more");
  expectRefused("dsc = 1\n[train]\n" + keys);
  expectRefused("dsc = 1\n" + tables);
  expectRefused("dsc = 1\nx = [" + repeat("1,", 500000) + "]\n");
  expectRefused("dsc = 1\n[model]\nkind = \"mlp\"\nhidden = [" +
                    repeat("1,", 500000) + "]\n",
                "'hidden' has 500000 items, expected at most 1000");
  expectRefused("dsc = 1\n" +
                repeat("[[schedule.phase]]\nkind=\"linear\"\n", 30000));
  std::string phases = "dsc = 1\n";
  for (int i = 0; i < 20000; ++i)
    phases += "[[schedule.phase]]\nname=\"p" + std::to_string(i) + "\"\nx=1\n";
  expectRefused(phases, "more than 1000 [[schedule.phase]] tables");
  expectRefused("dsc = 1\n" + repeat("x = y\n", 100000));
  expectRefused(repeat("x = y\n", 5000));
  expectRefused("dsc = 1\n" + repeat("[[a]]\n[a.b]\n", 80000));
}

TEST_F(HostileTest, NotText) {
  using namespace std::string_literals;
  expectRefused("dsc = 1\0"s, "zero byte");
  expectRefused("\xff\xfe"
                "d\0s\0"s,
                "UTF-16");
  expectRefused("dsc = 1\nname = \"\xff\"\n", "recipe.toml:2:9: error: found "
                                              "bytes that are not UTF-8");
  expectRefused("\x7f"
                "ELF\x02\x01\x01\0\0\0"s,
                "this is a program, expected a recipe file");
  std::mt19937_64 random(7);
  std::string noise(100000, '\0');
  for (char &c : noise)
    c = static_cast<char>(random());
  expectRefused(noise);
}

TEST_F(HostileTest, TextsThatCrashParsers) {
  for (const char *text : {"[",
                           "[\n",
                           "[[",
                           "[[\n",
                           "[ ",
                           "[ \t\n",
                           "t=1979-05-27T:",
                           "t=1979-05-27T",
                           "t=1979-",
                           "t = 12:",
                           "t = [1979-05-27T:",
                           "a.\n",
                           "a = \"\\u",
                           "a = \"\\U0000D800\"",
                           "a = '''",
                           "a = \"\"\"\\",
                           "=",
                           ".",
                           "a=+",
                           "a=-",
                           "a=0x",
                           "a=0b",
                           "a=1_",
                           "a=1e",
                           "a=.",
                           "\"\"\"a\"\"\" = 1",
                           "a={",
                           "a={b",
                           "a={b=",
                           "a=[,",
                           "a=i",
                           "a=n",
                           "a=+i",
                           "a=-n",
                           "\r",
                           "a=1\rb=2",
                           "\"",
                           "'",
                           "a=\"",
                           "a.'",
                           "[a]]",
                           "[[a]",
                           "[a.",
                           "[a.\n"})
    expectRefused(text, "error");
}

TEST_F(HostileTest, Pipes) {
  ASSERT_EQ(mkfifo("pipe", 0600), 0);
  EXPECT_FALSE(load({"pipe", {}, {}, {}}));
  EXPECT_HAS(getReport(), "this is not a regular file");
}

TEST_F(HostileTest, MutatedRecipesNeverCrash) {
  std::mt19937_64 random(42);
  const std::string seed = wholeRecipe;
  const std::string pieces = "[]{}=\"'.,#\n\\_-+:0123456789eETZainf \t\r";
  size_t accepted = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string text = seed;
    for (size_t i = random() % 4 + 1; i > 0; --i) {
      size_t at = random() % text.size();
      switch (random() % 4) {
      case 0:
        text[at] = pieces[random() % pieces.size()];
        break;
      case 1:
        text.erase(at, random() % 20 + 1);
        break;
      case 2:
        text.insert(at, seed.substr(random() % seed.size(), random() % 20));
        break;
      default:
        text.resize(at + 1);
      }
    }
    accepted += loadText(text);
  }
  EXPECT_GT(accepted, 10u);
  EXPECT_LT(accepted, 950u);
}
