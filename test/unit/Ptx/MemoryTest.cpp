//===- MemoryTest.cpp - spaces, vectors and what is no access -------------===//

#include "test/unit/Ptx/PtxFixture.h"

#include <gmock/gmock.h>

using namespace dsc::test::ptx;
using testing::HasSubstr;
using u32 = uint32_t;
using u64 = uint64_t;

TEST(Memory, LoadsExtendToTheRegister) {
  std::string text = kernelOf("mov.b32 %r1, 0x8180;\n"
                              "st.global.b32 [%out], %r1;\n"
                              "ld.global.u8 %r2, [%out];\n"
                              "ld.global.s8 %r3, [%out+1];\n"
                              "ld.global.s16 %r4, [%out];\n"
                              "ld.global.s8 %h1, [%out];\n"
                              "cvt.u32.u16 %r5, %h1;\n"
                              "ld.global.b16 %d1, [%out];\n"
                              "st.global.v4.b32 [%out], {%r2,%r3,%r4,%r5};\n"
                              "st.global.b64 [%out+16], %d1;\n"
                              "st.global.b8 [%out+24], %r1;");
  EXPECT_EQ(runFor<u32>(text, 7),
            (std::vector<u32>{0x80, 0xFFFFFF81, 0xFFFF8180, 0xFF80, 0x8180, 0,
                              0x80}));
}

TEST(Memory, VectorsOfEverySize) {
  std::string text =
      kernelOf("mov.f32 %f1, 0f3F800000;\n"
               "st.global.v2.f32 [%out], {%f1, 0f40000000};\n"
               "ld.global.v2.b32 {%r1, _}, [%out];\n"
               "ld.global.nc.v4.b16 {%h1, %h2, %h3, %h4}, [table];\n"
               "st.global.v4.b16 [%out+8], {%h4, %h3, %h2, %h1};\n"
               "st.global.v2.b64 [%out+16], {5, 6};\n"
               "ld.volatile.global.v2.b64 {%d1, %d2}, [%out+16];\n"
               "st.global.cs.v4.b32 [%out+32], {%r1, 1, 2, 3};",
               ".global .align 8 .b16 table[4] = {1, 2, 3, 4};");
  EXPECT_EQ(runFor<u32>(text, 12),
            (std::vector<u32>{0x3F800000, 0x40000000, 0x00030004, 0x00010002, 5,
                              0, 6, 0, 0x3F800000, 1, 2, 3}));
}

TEST(Memory, SpacesHaveAddressesOfTheirOwn) {
  std::string text = kernelOf(
      ".local .align 8 .b8 depot[16];\n"
      ".shared .align 8 .b64 own;\n"
      "mov.b64 %d1, depot; cvta.local.u64 %d1, %d1; st.b32 [%d1+4], 1;\n"
      "ld.local.b32 %r1, [depot+4];\n"
      "mov.b64 %d2, own; st.shared.b32 [own+4], 2;\n"
      "cvta.shared.u64 %d3, %d2; ld.b32 %r2, [%d3+4];\n"
      "cvta.to.shared.u64 %d3, %d3; cvt.u32.u64 %r7, %d3;\n"
      "ld.shared.b32 %r3, [%r7+4];\n"
      "mov.b64 %d4, fixed+4; cvta.const.u64 %d5, %d4; ld.b32 %r4, [%d5];\n"
      "ld.const.b32 %r5, [fixed+8];\n"
      "mov.b64 %d6, counter; ld.b32 %r6, [%d6];\n"
      "st.v4.b32 [%out], {%r1, %r2, %r3, %r4};\n"
      "st.v2.b32 [%out+16], {%r5, %r6};",
      ".const .align 4 .u32 fixed[3] = {3, 4, 5};\n"
      ".global .u32 counter = 6;\n.shared .b8 other;");
  EXPECT_EQ(runFor<u32>(text, 6), (std::vector<u32>{1, 2, 2, 4, 5, 6}));
}

TEST(Memory, GlobalVariablesStayBetweenLaunches) {
  Machine machine(kernelOf("ld.global.u32 %r1, [counter];\n"
                           "add.u32 %r1, %r1, 1;\n"
                           "st.global.u32 [counter], %r1;\n"
                           "st.global.u32 [%out], %r1;",
                           ".global .u32 counter = 40;"));
  Address out = machine.allocate(4);
  for (char expected : {41, 42}) {
    machine.launch("k", {}, {out});
    EXPECT_EQ(machine.getBytes(out)[0], expected);
  }
}

TEST(Memory, RefusesWhatIsNoAccess) {
  struct {
    const char *body, *message;
  } const wrong[] = {
      {"ld.global.v4.b32 {%r1, %r2, %r3, %r4}, [%out+4];",
       "kernel 'k', line 10, block (0, 0, 0), thread 0: 16 bytes at offset 4 "
       "of out are not aligned to their size"},
      {"ld.global.b32 %r1, [%out+64];", "4 bytes at offset 64 of out, which "
                                        "has 64"},
      {"st.global.b64 [%out+60], %d1;", "are not aligned"},
      {"ld.global.b32 %r1, [%out+-4];", "is in no buffer of the global space"},
      {"mov.b64 %d1, 0; ld.global.b32 %r1, [%d1];", "is in no buffer"},
      {"ld.shared.b32 %r1, [%out];", "of shared memory, which has 0"},
      {".shared .b32 x; ld.shared.b32 %r1, [x+4];",
       "4 bytes at offset 4 of shared memory, which has 4"},
      {".shared .b32 x; mov.b64 %d1, x; ld.b32 %r1, [%d1];",
       "is in no buffer of the global space"},
      {"mov.b64 %d1, 8; ld.shared.b32 %r1, [%d1];", "near address 0"},
      {"cvta.to.shared.u64 %d1, %out;", "a space that it is not in"},
      {"ld.global.nc.b32 %r1, [%out]; st.global.b32 [%out+8], 1;",
       "out is written in a launch that loads it as constant"},
      {"st.global.b32 [%out+8], 1; ld.global.nc.b32 %r1, [%out];",
       "out is written in a launch that loads it as constant"},
  };
  for (const auto &each : wrong)
    EXPECT_THAT(faultOfBody(each.body), HasSubstr(each.message)) << each.body;
  EXPECT_THAT(faultOf(kernelOf("mov.b64 %d1, a; cvta.const.u64 %d1, %d1;\n"
                               "st.b32 [%d1], 1;",
                               ".const .b32 a = 1;")),
              HasSubstr("constant memory is written, which is constant"));
}

TEST(Memory, RefusesOtherArguments) {
  Machine machine(kernelOf(""));
  auto fault = [&](const std::vector<Argument> &arguments) -> std::string {
    try {
      machine.launch("k", {}, arguments);
    } catch (const Fault &fault) {
      return fault.what();
    }
    return "";
  };
  EXPECT_THAT(fault({}), HasSubstr("has 1 parameters, is given 0"));
  EXPECT_THAT(fault({u32(1)}), HasSubstr("has 8 bytes, is given 4"));
  EXPECT_EQ(fault({u64(1)}), "");
}
