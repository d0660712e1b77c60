//===- BlockTest.cpp - threads, barriers and races ------------------------===//

#include "test/unit/Ptx/PtxFixture.h"

#include <gmock/gmock.h>

using namespace dsc::test::ptx;
using testing::HasSubstr;
using u32 = uint32_t;

static Launch blockOf(u32 threads, u32 blocks = 1) {
  return {{blocks, 1, 1}, {threads, 1, 1}};
}

/// %r1 is the thread, %d1 its word of %out; %r2 = 4 * thread.
static const std::string ownWord = "mov.u32 %r1, %tid.x;\n"
                                   "shl.b32 %r2, %r1, 2;\n"
                                   "cvt.u64.u32 %d1, %r2;\n"
                                   "add.s64 %d1, %out, %d1;\n";

TEST(Blocks, KnowWhereTheyAre) {
  std::string text = kernelOf(
      "mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mov.u32 %r3, %tid.x;\n"
      "mad.lo.u32 %r4, %r1, %r2, %r3;\n"
      "mul.wide.u32 %d1, %r4, 4; add.s64 %d1, %out, %d1;\n"
      "mov.u32 %r5, %nctaid.x; mov.u32 %r6, %laneid;\n"
      "mad.lo.u32 %r7, %r1, 100, %r6; mad.lo.u32 %r7, %r5, 1000, %r7;\n"
      "st.global.b32 [%d1], %r7;");
  std::vector<u32> values = runFor<u32>(text, 70, blockOf(35, 2));
  EXPECT_EQ(values[0], 2000u);
  EXPECT_EQ(values[34], 2002u);
  EXPECT_EQ(values[35], 2100u);
  EXPECT_EQ(values[66], 2131u);
}

TEST(Blocks, HaveThreeDimensions) {
  std::string text = kernelOf(
      "mov.u32 %r1, %tid.x; mov.u32 %r2, %tid.y; mov.u32 %r3, %tid.z;\n"
      "mov.u32 %r4, %ntid.x; mov.u32 %r5, %ntid.y;\n"
      "mad.lo.u32 %r6, %r3, %r5, %r2; mad.lo.u32 %r6, %r6, %r4, %r1;\n"
      "mov.u32 %r7, %ctaid.y; mov.u32 %r8, %nctaid.z;\n"
      "mad.lo.u32 %r6, %r7, 12, %r6;\n"
      "mul.wide.u32 %d1, %r6, 4; add.s64 %d1, %out, %d1;\n"
      "mad.lo.u32 %r3, %r3, 10, %r2; mad.lo.u32 %r3, %r3, 10, %r1;\n"
      "st.global.b32 [%d1], %r3;");
  std::vector<u32> values = runFor<u32>(text, 24, {{1, 2, 1}, {2, 3, 2}});
  EXPECT_EQ(values[11], 121u);
  EXPECT_EQ(values[12], 0u);
  EXPECT_EQ(values[23], 121u);
}

/// A sum of 64 numbers in a tree, with a barrier between its levels.
TEST(Blocks, MeetAtBarriers) {
  std::string text =
      kernelOf(ownWord + ".shared .align 4 .b8 sums[256];\n"
                         "mov.b64 %d2, sums; cvt.u64.u32 %d3, %r2;\n"
                         "add.s64 %d3, %d2, %d3;\n"
                         "st.shared.b32 [%d3], %r1;\n"
                         "mov.b32 %r3, 32;\n"
                         "level: bar.sync 0;\n"
                         "setp.ge.u32 %p1, %r1, %r3;\n"
                         "@%p1 bra idle;\n"
                         "mul.wide.u32 %d4, %r3, 4; add.s64 %d4, %d3, %d4;\n"
                         "ld.shared.b32 %r4, [%d4]; ld.shared.b32 %r5, [%d3];\n"
                         "add.s32 %r4, %r4, %r5; st.shared.b32 [%d3], %r4;\n"
                         "idle: shr.u32 %r3, %r3, 1;\n"
                         "setp.ne.b32 %p2, %r3, 0;\n"
                         "@%p2 bra level;\n"
                         "setp.eq.b32 %p1, %r1, 0;\n"
                         "@%p1 st.global.b32 [%out], %r4;");
  EXPECT_EQ(runFor<u32>(text, 1, blockOf(64))[0], 2016u);
  size_t barrier = text.find("bar.sync 0;");
  text.erase(barrier, std::string("bar.sync 0;").size());
  EXPECT_THAT(faultOf(text, blockOf(64)), HasSubstr("a race"));
}

TEST(Blocks, DynamicSharedMemoryComesWithTheLaunch) {
  std::string text =
      kernelOf(ownWord + "mov.b64 %d2, rest; cvt.u64.u32 %d3, %r2;\n"
                         "add.s64 %d3, %d2, %d3; st.shared.b32 [%d3], %r1;\n"
                         "bar.sync 0; ld.shared.b32 %r3, [rest+8];\n"
                         "st.global.b32 [%d1], %r3;",
               ".extern .shared .align 16 .b8 rest[];\n.shared .b8 first;");
  Launch launch = blockOf(4);
  launch.sharedBytes = 16 + 15; // from the variable's end to a multiple of 16
  EXPECT_EQ(runFor<u32>(text, 4, launch), (std::vector<u32>{2, 2, 2, 2}));
  EXPECT_THAT(faultOf(text, blockOf(4)), HasSubstr("of shared memory"));
}

//===----------------------------------------------------------------------===//
// What a device leaves to chance
//===----------------------------------------------------------------------===//

/// In either order every thread adds one; a device may lose some.
TEST(Races, OfAReadAndAWrite) {
  EXPECT_THAT(faultOfBody("ld.global.u32 %r1, [%out]; add.u32 %r1, %r1, 1;\n"
                          "st.global.u32 [%out], %r1;",
                          blockOf(2)),
              HasSubstr("a race: touches byte 0 of out, which thread 0 wrote "
                        "since the last barrier"));
}

TEST(Races, OfAReadBeforeTheWrite) {
  std::string body = ownWord + "ld.global.u32 %r3, [%out+4];\n"
                               "st.global.u32 [%d1], %r1;";
  EXPECT_THAT(faultOfBody(body, blockOf(2)),
              HasSubstr("which thread 1 wrote since"));
}

TEST(Races, OfTwoWritesOfOneValue) {
  EXPECT_THAT(faultOfBody("st.global.u32 [%out], 1;", blockOf(2)),
              HasSubstr("a race"));
}

TEST(Races, OfTwoBlocks) {
  EXPECT_THAT(faultOfBody("st.global.u32 [%out], 1;", blockOf(1, 2)),
              HasSubstr("block (1, 0, 0), thread 0: a race: touches byte 0 of "
                        "out, which another block wrote"));
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %ctaid.x; setp.eq.b32 %p1, %r1, 1;\n"
                          "@%p1 st.global.u32 [%out], 1;\n"
                          "@!%p1 ld.global.u32 %r2, [%out];",
                          blockOf(1, 2)),
              HasSubstr("a race"));
}

TEST(Races, BarriersAndLaunchesOrder) {
  std::string text = kernelOf(ownWord + "st.global.u32 [%d1], %r1;\n"
                                        "bar.sync 0;\n"
                                        "xor.b32 %r3, %r1, 1;\n"
                                        "mul.wide.u32 %d2, %r3, 4;\n"
                                        "add.s64 %d2, %out, %d2;\n"
                                        "ld.global.u32 %r4, [%d2];\n"
                                        "bar.sync 0;\n"
                                        "st.global.u32 [%d1], %r4;");
  Machine machine(text);
  Address out = machine.allocate(8);
  for (int i = 0; i < 2; ++i) {
    machine.launch("k", blockOf(2), {out});
    EXPECT_EQ(machine.getBytes(out)[0], 1);
    EXPECT_EQ(machine.getBytes(out)[4], 0);
  }
}

TEST(Chance, OfWhatNobodyWrote) {
  const char *message = "byte 0 of out depends on the order of the threads, or "
                        "on what nobody wrote";
  EXPECT_THAT(faultOfBody("st.global.u32 [%out], %r1;"), HasSubstr(message));
  EXPECT_THAT(faultOfBody(".shared .b32 x; ld.shared.b32 %r1, [x];\n"
                          "st.global.u32 [%out], %r1;"),
              HasSubstr(message));
  EXPECT_THAT(faultOfBody(".local .b32 x; ld.local.b32 %r1, [x];\n"
                          "st.global.u32 [%out], %r1;"),
              HasSubstr(message));
}

/// Memory of the block before is not this one's.
TEST(Chance, OfWhatAnotherBlockLeft) {
  EXPECT_THAT(faultOfBody(".shared .b32 x; mov.u32 %r1, %ctaid.x;\n"
                          "setp.eq.b32 %p1, %r1, 0;\n"
                          "@%p1 st.shared.b32 [x], 5;\n"
                          "ld.shared.b32 %r2, [x];\n"
                          "@!%p1 st.global.u32 [%out], %r2;",
                          blockOf(1, 2)),
              HasSubstr("depends on the order"));
}

TEST(Barriers, AreReachedByAll) {
  const char *message = "waits at a barrier that another thread does not reach";
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %tid.x; setp.eq.b32 %p1, %r1, 0;\n"
                          "@%p1 bar.sync 0;",
                          blockOf(2)),
              HasSubstr(message));
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %tid.x; setp.eq.b32 %p1, %r1, 0;\n"
                          "@%p1 bra other;\n"
                          "bar.sync 0; ret;\n"
                          "other: bar.sync 0;",
                          blockOf(2)),
              HasSubstr(message));
}

/// Threads 0 to 31 hand words on among themselves while the others are at work
/// of their own; then all meet.
static std::string partsOf(const std::string &inPart,
                           const std::string &inRest) {
  return kernelOf(ownWord +
                  ".shared .align 4 .b8 words[256];\n"
                  "mov.b64 %d2, words; cvt.u64.u32 %d3, %r2;\n"
                  "add.s64 %d3, %d2, %d3;\n"
                  "setp.ge.u32 %p1, %r1, 32; @%p1 bra rest;\n"
                  "st.shared.b32 [%d3], %r1; bar.sync 1, 32;\n"
                  "ld.shared.b32 %r3, [words+4];" +
                  inPart +
                  "bra all;\n"
                  "rest: st.shared.b32 [%d3], 7;" +
                  inRest +
                  "all: bar.sync 0;\n"
                  "ld.shared.b32 %r3, [words+128];\n"
                  "setp.eq.b32 %p2, %r1, 0; @%p2 st.global.b32 [%out], %r3;");
}

TEST(Barriers, AreOfAPart) {
  EXPECT_EQ(runFor<u32>(partsOf("", ""), 1, blockOf(64))[0], 7u);
  std::string twice = "bar.sync 1, 32; st.shared.b32 [%d3], %r3;";
  EXPECT_EQ(faultOf(partsOf(twice, ""), blockOf(64)), "");
}

/// In one order the part is run before the rest, in the other behind it.
TEST(Barriers, OfAPartKeepNobodyElse) {
  EXPECT_THAT(
      faultOf(partsOf("ld.shared.b32 %r4, [words+128];", ""), blockOf(64)),
      HasSubstr("a race: touches byte 128 of shared memory, which thread 32 "
                "wrote since the last barrier of both"));
  EXPECT_THAT(faultOf(partsOf("", "ld.shared.b32 %r4, [words];"), blockOf(64)),
              HasSubstr("which thread 0 wrote since the last barrier of both"));
  // Those that have met at barriers of their own have not met each other.
  EXPECT_THAT(faultOf(partsOf("", "bar.sync 2, 32;"
                                  "ld.shared.b32 %r4, [words];"),
                      blockOf(64)),
              HasSubstr("which thread 0 wrote since the last barrier of both"));
  EXPECT_THAT(faultOf(partsOf("st.shared.b32 [words], 1;", ""), blockOf(64)),
              HasSubstr("thread 1: a race: touches byte 0"));
}

TEST(Barriers, AreGivenWholeWarps) {
  auto faultAt = [](const std::string &barrier, u32 threads) {
    return faultOfBody("mov.u32 %r1, %tid.x;" + barrier, blockOf(threads));
  };
  EXPECT_THAT(faultAt("bar.sync 16;", 32),
              HasSubstr("a block has no barrier 16"));
  for (const char *count : {"0", "16", "96", "-32"})
    EXPECT_THAT(faultAt("bar.sync 1, " + std::string(count) + ";", 64),
                HasSubstr("threads, not for whole warps of a block of 64"))
        << count;
  // As many threads as two warps have, but halves of four.
  EXPECT_THAT(faultAt("and.b32 %r2, %r1, 16; setp.eq.b32 %p1, %r2, 0;"
                      "@%p1 bar.sync 1, 64;",
                      128),
              HasSubstr("waits at a barrier without all of a warp"));
}

TEST(Barriers, ExpectWhoComes) {
  // One warp too few, and one that gives another number.
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 32;\n"
                          "@%p1 bar.sync 1, 64;",
                          blockOf(96)),
              HasSubstr("waits at a barrier that another thread does not "
                        "reach"));
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 32;\n"
                          "mov.b32 %r2, 64; @%p1 mov.b32 %r2, 96;\n"
                          "bar.sync 1, %r2;",
                          blockOf(96)),
              HasSubstr("waits for 64 threads at a barrier where another "
                        "thread waits for 96"));
  // The third warp is left behind.
  EXPECT_THAT(faultOfBody("bar.sync 1, 64;", blockOf(96)),
              HasSubstr("waits at a barrier that another thread does not "
                        "reach"));
}

TEST(Barriers, OfPartsThatChangeAreNotKnown) {
  const char *message = "meets another part of the block than before";
  EXPECT_THAT(faultOf(partsOf("bar.sync 2, 32;", ""), blockOf(64)),
              HasSubstr(message));
  EXPECT_THAT(faultOfBody("mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 64;\n"
                          "@%p1 bar.sync 1, 64;\n"
                          "setp.ge.u32 %p1, %r1, 32; @%p1 bar.sync 1, 64;",
                          blockOf(96)),
              HasSubstr(message));
  // A barrier of all in between makes it known.
  EXPECT_EQ(
      faultOfBody("bar.sync 1, 32; bar.sync 0; bar.sync 2, 32;", blockOf(32)),
      "");
  EXPECT_EQ(faultOf(kernelOf("mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 64;\n"
                             "@%p1 bar.sync 1, 64; bar.sync 0;\n"
                             "setp.ge.u32 %p1, %r1, 32;\n"
                             "@%p1 bar.sync 1, 64;"),
                    blockOf(96)),
            "");
}

TEST(Kernels, EndOrSayWhere) {
  EXPECT_THAT(faultOfBody("again: bra again;"),
              HasSubstr("line 10, block (0, 0, 0), thread 0: the launch has no "
                        "end after 1000000 instructions"));
  EXPECT_THAT(faultOfBody("again: bar.sync 0; bra again;", blockOf(2)),
              HasSubstr("the launch has no end"));
  EXPECT_THAT(faultOfBody("trap;"), HasSubstr("the kernel traps"));
  EXPECT_THAT(faultOfBody("bra end;} .entry other() { end: ret;"),
              HasSubstr("no label 'end'"));
  EXPECT_THAT(faultOfBody("bra past; ret; past: mov.b32 %r1, 1;} .entry x(){"),
              HasSubstr("the kernel has no 'ret' at its end"));
  EXPECT_THAT(faultOfBody("list: .branchtargets a, b; a: mov.b32 %r1, 2;\n"
                          "b: brx.idx %r1, list;"),
              HasSubstr("branch 2 of 2"));
}

TEST(Kernels, AreMadeForSomeBlocks) {
  Machine machine(kernelOf("", "", ".reqntid 32\n"));
  EXPECT_NO_THROW(machine.launch("k", blockOf(32), {uint64_t(0)}));
  EXPECT_THROW(machine.launch("k", blockOf(64), {uint64_t(0)}), Fault);
  Machine bounded(kernelOf("", "", ".maxntid 16, 2, 1\n"));
  EXPECT_NO_THROW(bounded.launch("k", blockOf(32), {uint64_t(0)}));
  EXPECT_THROW(bounded.launch("k", blockOf(33), {uint64_t(0)}), Fault);
  Machine any(kernelOf(""));
  EXPECT_THROW(any.launch("k", blockOf(1025), {uint64_t(0)}), Fault);
  EXPECT_THROW(any.launch("k", blockOf(0), {uint64_t(0)}), Fault);
  EXPECT_THROW(any.launch("k", blockOf(1, 0), {uint64_t(0)}), Fault);
  EXPECT_THROW(any.launch("other", blockOf(1), {uint64_t(0)}), Fault);
}

TEST(Kernels, CountInstructions) {
  Machine machine(kernelOf("mov.b32 %r1, 1;"));
  machine.launch("k", blockOf(8), {uint64_t(0)});
  EXPECT_EQ(machine.getCount(), 2u * 8 * 3);
}
