//===- ParserTest.cpp - the grammar, and what is refused of it ------------===//

#include "test/unit/Ptx/Parser.h"

#include "test/unit/Ptx/PtxFixture.h"

#include <gmock/gmock.h>

using namespace dsc::test::ptx;
using testing::HasSubstr;

TEST(Parser, ReadsEveryForm) {
  Module module = parse(kSample);
  EXPECT_EQ(module.version, "7.0");
  EXPECT_EQ(module.target, "sm_80");
  ASSERT_EQ(module.variables.size(), 5u);
  EXPECT_EQ(module.variables[2].bytes, 16u);
  EXPECT_EQ(module.variables[2].initial.size(), 12u);
  EXPECT_TRUE(module.variables[4].isDynamic);
  ASSERT_EQ(module.functions.size(), 1u);
  const Function &function = module.functions[0];
  EXPECT_EQ(function.name, "all");
  EXPECT_EQ(function.parameters[1].bytes, 8u);
  EXPECT_EQ(function.parameters[1].alignment, 8u);
  EXPECT_EQ((*function.most)[0], 64u);
  EXPECT_EQ(function.labels.size(), 6u);
  EXPECT_EQ(function.branchTargets.at("$L_brx_0").size(), 4u);
}

TEST(Parser, ItsSampleRuns) {
  Machine machine(kSample);
  Address out = machine.allocate(63 * 4);
  struct {
    uint32_t count, unused;
  } rest = {63, 0};
  machine.launch("all", {{1, 1, 1}, {64, 1, 1}, 32}, {out, rest});
  std::vector<uint32_t> values(63);
  std::memcpy(values.data(), machine.getBytes(out).data(), 63 * 4);
  EXPECT_EQ(values[0], 0xFFFFFFFFu);
  EXPECT_EQ(values[62], 77u);
  EXPECT_EQ(values[61], 0x3FF00000u);
  machine.launch("all", {{1, 1, 1}, {64, 1, 1}, 32}, {out, rest});
}

TEST(Parser, ScopesHideRegisters) {
  std::string text = kernelOf("mov.b32 %r1, 5;\n"
                              "{ .reg .b32 %r1; mov.b32 %r1, 6;\n"
                              "  { .reg .b32 %r<3>; mov.b32 %r1, 7; }\n"
                              "  mov.b32 %r2, %r1; }\n"
                              "st.global.v2.b32 [%out], {%r1, %r2};");
  EXPECT_EQ(runFor<uint32_t>(text, 2), (std::vector<uint32_t>{5, 6}));
}

TEST(Parser, ReadsNumbersOfEveryBase) {
  std::string text = kernelOf("mov.b32 %r1, 0x1F; mov.b32 %r2, 017;\n"
                              "mov.b32 %r3, 0b101; mov.b32 %r4, 9U;\n"
                              "st.global.v4.b32 [%out], {%r1,%r2,%r3,%r4};\n"
                              "mov.b32 %r5, -2; mov.b32 %r6, WARP_SZ;\n"
                              "mov.f32 %f1, 0f40490FDB;\n"
                              "st.global.v2.b32 [%out+16], {%r5, %r6};\n"
                              "st.global.f32 [%out+24], %f1;");
  EXPECT_EQ(runFor<uint32_t>(text, 7),
            (std::vector<uint32_t>{31, 15, 5, 9, 0xFFFFFFFE, 32, 0x40490FDB}));
}

namespace {
struct Wrong {
  const char *text, *message;
};
} // namespace

/// In a body, whose first line is the tenth.
TEST(Parser, NamesWhatItDoesNotKnow) {
  const Wrong wrong[] = {
      {"add.f32 %f1, %f2, %f3;", "line 10: opcode 'add.f32' is not known"},
      {"add.rn.ftz.f32 %f1, %f2, %f3;", "opcode 'add.rn.ftz.f32'"},
      {"add.rz.f32 %f1, %f2, %f3;", "opcode 'add.rz.f32'"},
      {"mul.f64 %g1, %g2, %g3;", "opcode 'mul.f64'"},
      {"div.full.f32 %f1, %f2, %f3;", "opcode 'div.full.f32'"},
      {"div.approx.f32 %f1, %f2, %f3;", "opcode 'div.approx.f32'"},
      {"sqrt.approx.f32 %f1, %f2;", "opcode 'sqrt.approx.f32'"},
      {"sqrt.rn.ftz.f32 %f1, %f2;", "opcode 'sqrt.rn.ftz.f32'"},
      {"ex2.approx.f32 %f1, %f2;", "opcode 'ex2.approx.f32'"},
      {"fma.rn.sat.f32 %f1, %f2, %f2, %f2;", "opcode 'fma.rn.sat.f32'"},
      {"setp.lt.ftz.f32 %p1, %f1, %f2;", "opcode 'setp.lt.ftz.f32'"},
      {"cvt.rn.bf16.f32 %h1, %f2;", "opcode 'cvt.rn.bf16.f32'"},
      {"cvt.sat.s8.s32 %h1, %r2;", "opcode 'cvt.sat.s8.s32'"},
      {"call.uni helper;", "opcode 'call.uni'"},
      {"\nbar.warp.sync -1;", "line 11: opcode 'bar.warp.sync'"},
      {"shfl.sync.down.b32 %r1, %r2, 8, 31, -1;", "opcode 'shfl.sync.down"},
      {"bar.arrive 0, 64;", "opcode 'bar.arrive'"},
      {"bar.sync;", "the operands are not those of 'bar.sync'"},
      {".maxnreg 3;", "found '.maxnreg', expected a directive that is known"},
      {"mov.b32 %r1, %clock;", "register '%clock' is not declared"},
      {"mov.b32 %r9, 1;", "register '%r9' is not declared"},
      {"mov.b32 %r01, 1;", "register '%r01' is not declared"},
      {"mov.u32 %tid.x, 1;", "expected a register that can be written"},
      {"mov.b32 5, %r1;", "expected a register that can be written"},
      {"add.s32 %r1, %d1, 1;", "type b64 stands where one of type s32"},
      {"add.s32 %r1, %f1, 1;", "type f32 stands where one of type s32"},
      {"add.rn.f32 %f1, %f2, 1;", "expected a number of type f32"},
      {"add.rn.f32 %f1, %f2, 0d3FF0000000000000;", "a number of type f32"},
      {"add.rn.f32 %f1, %f2, 0f3F80000;", "expected 0f and 8 digits"},
      {"add.s16 %h1, %h2, 65536;", "expected a number of type s16"},
      {"mov.b64 %d1, 18446744073709551616;", "expected an integer"},
      {"add.s32 %r1, %r2;", "the operands are not those of 'add.s32'"},
      {"mov.b64 {%r1, %r2, %r3}, %d1;", "the operands are not those of"},
      {"bra missing;", "no label 'missing'"},
      {"brx.idx %r1, missing;", "expected a list of branch targets"},
      {"a: a: mov.b32 %r1, 1;", "labels that differ, not a second 'a'"},
      {"@%r1 bra a;", "expected a predicate after '@'"},
      {"ld.param.b64 %d1, [%out];", "no variable"},
      {"ld.param.b64 %d1, [out+4];", "expected 8 bytes of a parameter"},
      {"ld.param.b32 %r1, [out+8];", "expected 4 bytes of a parameter"},
      {"ld.global.b32 %r1, [out];", "'out' is in another space"},
      {"ld.global.b32 %r1, [%r2];", "type b32 stands where one of type u64"},
      {"st.const.b32 [%out], %r1;", "opcode 'st.const.b32' is not known"},
      {"ld.global.v4.b64 {%d1, %d2, %d3, %d4}, [%out];", "is not known"},
      {"mov.b64 %d1, nowhere;", "no variable 'nowhere'"},
      {"mov.b64 %d1, 'x';", "character 39 is unknown"},
      {".reg .b8 %x;", "expected a type that registers have"},
      {".reg .f16 %x;", "expected a type that is known"},
      {".reg .b32 %r<3>, %out;", "expected a name that is not taken"},
      {".shared .align 3 .b8 x[4];", "an alignment that is a power of two"},
      {".shared .b8 x[99999999999];", "an array of a size that a device has"},
      {".shared .b8 x[];", "expected the size of the array"},
      {"mov.b32 %r1, 1", "found 'ret', expected ';'"},
  };
  for (const Wrong &each : wrong)
    EXPECT_THAT(faultOfBody(each.text), HasSubstr(each.message)) << each.text;
}

TEST(Parser, NamesWhatItDoesNotKnowOfAModule) {
  const Wrong wrong[] = {
      {"", "line 1: found 'the end of the text', expected '.version'"},
      {".version 7.0\n.target sm_80, texmode_unified\n", "expected 'debug'"},
      {".version 7.0\n.target sm_80\n.address_size 32\n", "expected '64'"},
  };
  for (const Wrong &each : wrong)
    EXPECT_THAT(faultOf(each.text), HasSubstr(each.message)) << each.text;
  const Wrong before[] = {
      {".alias a, b;", "expected a directive that is known"},
      {".entry k() { ret; }", "expected a function of another name"},
      {".global .b8 a[2] = {1, 2, 3};", "no more values than the array has"},
      {".global .f32 a = 1;", "expected a number of type f32"},
      {".global .b64 a = 0f3F800000;", "expected a number of type b64"},
      {".global .b8 a; .const .b8 a;", "two variables are named 'a'"},
      {".shared .b8 a[300000];", "expected at most 232448"},
      {".const .b8 a[70000];", "expected at most 65536"},
      {".global .b8 a[];", "expected a size"},
      {"/* for ever", "a comment has no end"},
      {".file 1 \"kernel", "a string has no end"},
  };
  for (const Wrong &each : before)
    EXPECT_THAT(faultOf(kernelOf("", each.text)), HasSubstr(each.message))
        << each.text;
}
