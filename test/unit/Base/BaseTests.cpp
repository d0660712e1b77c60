//===- BaseTests.cpp - files, locks, signals, numbers, journals -----------===//

#include "runtime/Base/BFloat16.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Base/Lock.h"
#include "runtime/Base/Random.h"
#include "runtime/Base/Signals.h"
#include "runtime/Base/Stdout.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Monitor/Journal.h"

#include <cmath>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace dsc;

namespace {
class InDirectory : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern =
        std::filesystem::temp_directory_path() / "dsc-base-XXXXXX";
    folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string folder;
};
} // namespace

TEST_F(InDirectory, DurableWriteReplacesAndLeavesNothingElse) {
  std::string path = folder + "/file";
  writeFileDurably(path, "one");
  writeFileDurably(path, "two");
  EXPECT_EQ(readFile(path), "two");
  EXPECT_EQ(listDirectory(folder), std::vector<std::string>{"file"});
}

TEST_F(InDirectory, ErrorsNameFileAndReason) {
  try {
    writeFileDurably(folder + "/none/file", "x");
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::storage);
    EXPECT_NE(std::string(error.what()).find("No such file or directory"),
              std::string::npos);
  }
  EXPECT_THROW(readFile(folder), Error);
  ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
  EXPECT_THROW(readFile(folder + "/pipe"), Error); // and does not wait
}

TEST_F(InDirectory, FullDiskIsAnErrorAndKeepsTheOldFile) {
  if (!pathExists("/dev/full"))
    GTEST_SKIP() << "there is no /dev/full";
  OutputFile full("/dev/full", OutputFile::Mode::append);
  try {
    full.write("x");
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::storage);
    EXPECT_NE(std::string(error.what()).find("No space left"),
              std::string::npos);
  }
}

TEST_F(InDirectory, LinksAreReplaced) {
  replaceLink("a", folder + "/last");
  replaceLink("b", folder + "/last");
  EXPECT_EQ(std::filesystem::read_symlink(folder + "/last"), "b");
}

TEST_F(InDirectory, LockHoldsAndDiesWithItsProcess) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t child = ::fork();
  if (child == 0) {
    DirectoryLock lock(folder);
    (void)!::write(ready[1], "x", 1);
    ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  try {
    DirectoryLock lock(folder);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::refused);
    EXPECT_NE(std::string(error.what())
                  .find("process " + std::to_string(child) + " on "),
              std::string::npos)
        << error.what();
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  DirectoryLock lock(folder);
}

/// The signal that asked for it.
static int awaitStop() {
  while (!stopRequested())
    ::usleep(1000);
  return stopRequested();
}

TEST(Signals, FirstAsksSecondEnds) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t child = ::fork();
  if (child == 0) {
    installSignalHandlers();
    ::raise(SIGPIPE);
    (void)!::write(ready[1], "x", 1);
    awaitStop();
    (void)!::write(ready[1], "y", 1);
    while (true)
      ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ::kill(child, SIGTERM);
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  ::kill(child, SIGTERM);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
}

/// Its stack pointer may lead anywhere (Signals.h).
TEST(Signals, NoThreadThatComputesTakesOne) {
  pid_t child = ::fork();
  if (child == 0) {
    installSignalHandlers();
    bool isHeld = true;
    auto look = [&] {
      sigset_t mask;
      ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
      for (int signal : kStopSignals)
        isHeld &= sigismember(&mask, signal) == 1;
    };
    look();
    std::thread(look).join();
    ::_exit(isHeld ? 75 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 75);
}

/// By nohup, or by a script's '&'.
TEST(Signals, WhatIsIgnoredStaysIgnored) {
  pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGHUP, SIG_IGN);
    installSignalHandlers();
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGTERM);
    ::_exit(awaitStop() == SIGTERM ? 75 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 75);
}

/// One that comes before a run can stop in good order is not lost, and does not
/// end it.
TEST(Signals, AreHeldUntilThereAreHandlers) {
  pid_t child = ::fork();
  if (child == 0) {
    holdSignals();
    ::kill(::getpid(), SIGTERM);
    int early = stopRequested();
    installSignalHandlers();
    ::_exit(early == 0 && awaitStop() == SIGTERM ? 75 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 75);
}

/// The exit code of a child that prints so much to `descriptor`.
static int printTo(int descriptor, size_t letters) {
  pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGPIPE, SIG_IGN);
    ::dup2(descriptor, STDOUT_FILENO);
    try {
      printStdout(std::string(letters, 'x'));
      flushStdout();
      ::_exit(0);
    } catch (const Error &error) {
      ::_exit(int(error.code()));
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(Stdout, ReaderThatIsGoneIsNoFailure) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  // Less than a buffer, and so much that it fails while it is printed.
  for (size_t letters : {10, 1000000})
    EXPECT_EQ(printTo(ends[1], letters), 0) << letters;
  ::close(ends[1]);
}

TEST(Stdout, FullDiskIsOneOfStorage) {
  int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  for (size_t letters : {10, 1000000})
    EXPECT_EQ(printTo(full, letters), int(Exit::storage)) << letters;
  ::close(full);
}

TEST(BFloat16, RoundsToNearestEven) {
  EXPECT_EQ(toBFloat16(1.0f), 0x3F80);
  EXPECT_EQ(toBFloat16(std::bit_cast<float>(0x3F808000u)), 0x3F80); // tie, even
  EXPECT_EQ(toBFloat16(std::bit_cast<float>(0x3F818000u)), 0x3F82); // tie, odd
  EXPECT_EQ(toBFloat16(std::bit_cast<float>(0x3F808001u)), 0x3F81);
  EXPECT_EQ(toBFloat16(3.4e38f), 0x7F80);
  EXPECT_EQ(toBFloat16(std::bit_cast<float>(1u << 16)), 1); // denormal
  EXPECT_TRUE(
      std::isnan(fromBFloat16(toBFloat16(std::bit_cast<float>(0x7F800001u)))));
  EXPECT_EQ(fromHalf(0x3C00), 1.0f);
  EXPECT_EQ(fromHalf(0xC000), -2.0f);
  EXPECT_EQ(fromHalf(0x0001), 0x1p-24f);
  EXPECT_TRUE(std::isinf(fromHalf(0x7C00)));
}

// Vectors of the paper's reference implementation (Random123, kat_vectors).
TEST(Random, PhiloxKnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                   {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, PermutationsAreBijections) {
  RandomStream stream(5, "shuffle");
  for (uint64_t size : {1, 2, 3, 7, 64, 65, 1000}) {
    std::set<uint64_t> seen;
    for (uint64_t i = 0; i < size; ++i)
      seen.insert(stream.permute(9, i, size));
    EXPECT_EQ(seen.size(), size);
    EXPECT_EQ(*seen.rbegin(), size - 1);
  }
}

TEST(Random, NormalsAreNormal) {
  RandomStream stream(1, "init");
  double sum = 0, square = 0, fourth = 0;
  constexpr int kCount = 200000;
  for (int i = 0; i < kCount; ++i) {
    double value = stream.normal(0, i);
    sum += value;
    square += value * value;
    fourth += value * value * value * value;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.01);
  EXPECT_NEAR(square / kCount, 1, 0.02);
  EXPECT_NEAR(fourth / kCount, 3, 0.1);
}

TEST(Hash, KnownAnswer) {
  EXPECT_EQ(sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Terminal, NearNamesAndAmounts) {
  std::vector<std::string> names = {"compile", "check", "plot"};
  EXPECT_EQ(nearestName("comple", names), "compile");
  EXPECT_EQ(nearestName("plto", names), "plot");
  EXPECT_EQ(nearestName("train", names), "");
  EXPECT_EQ(humanCount(1234567), "1.2M");
  EXPECT_EQ(humanBytes(1536), "1.5 KiB");
  EXPECT_EQ(humanTime(3723), "1:02:03");
  EXPECT_EQ(humanTime(59.6), "1:00");
}

TEST_F(InDirectory, JournalWritesAndCutsBack) {
  JournalLengths lengths;
  {
    Journal journal(folder, {});
    journal.write(Event("step").add("step", int64_t(0)).add("lr", 0.1), 1);
    lengths = journal.lengths();
    journal.write(Event("step").add("loss", std::nan("")).add("a", "\"\n"), 2);
    MetricsRow row;
    row.loss = 0.1;
    row.tokens = 5;
    journal.write(row);
  }
  std::string text = readFile(folder + "/events.jsonl");
  EXPECT_EQ(text.find("{\"event\":\"step\",\"step\":0,\"lr\":"
                      "0.10000000000000001,\"time\":{"),
            0u);
  EXPECT_NE(text.find("\"loss\":null,\"a\":\"\\\"\\n\""), std::string::npos);
  EXPECT_EQ(readFile(folder + "/metrics.csv"),
            "step,loss,val_loss,lr,grad_norm,tokens,seconds\n"
            "0,0.10000000000000001,,0,,5,0.000\n");
  Journal again(folder, lengths);
  EXPECT_TRUE(again.complete());
  EXPECT_EQ(readFile(folder + "/events.jsonl").size(), lengths.events);
  EXPECT_EQ(readFile(folder + "/metrics.csv"),
            "step,loss,val_loss,lr,grad_norm,tokens,seconds\n");
  lengths.events += 1000;
  EXPECT_FALSE(Journal(folder, lengths).complete());
}
