//===- ArithmeticTest.cpp - each opcode against answers worked out by hand ===//

#include "test/unit/Ptx/PtxFixture.h"

#include <cmath>
#include <gmock/gmock.h>
#include <limits>

using namespace dsc::test::ptx;
using u16 = uint16_t;
using u32 = uint32_t;
using s32 = int32_t;
using u64 = uint64_t;
using s64 = int64_t;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();
static const float kNone = std::nanf("");
static constexpr float kTiny = 0x1p-149f;

static u32 bitsOf(float value) { return std::bit_cast<u32>(value); }

TEST(Integers, AddAndMultiplyWrap) {
  EXPECT_EQ(compute<u16>("add.s16", u16(0xFFFF), u16(2)), 1);
  EXPECT_EQ(compute<u32>("add.s32", 0x7FFFFFFFu, 1u), 0x80000000u);
  EXPECT_EQ(compute<u64>("add.u64", ~u64(0), u64(3)), 2u);
  EXPECT_EQ(compute<u16>("sub.u16", u16(1), u16(2)), 0xFFFF);
  EXPECT_EQ(compute<u32>("sub.s32", 0u, 1u), 0xFFFFFFFFu);
  EXPECT_EQ(compute<u64>("sub.s64", u64(5), u64(7)), ~u64(1));
  EXPECT_EQ(compute<u16>("mul.lo.s16", u16(0x1234), u16(0x100)), 0x3400);
  EXPECT_EQ(compute<u32>("mul.lo.u32", 0x10001u, 0x10001u), 0x20001u);
  EXPECT_EQ(compute<u64>("mul.lo.s64", ~u64(0), u64(9)), u64(-9));
  EXPECT_EQ(compute<u64>("mad.lo.s64", u64(3), u64(4), u64(5)), 17u);
  EXPECT_EQ(compute<u32>("mad.lo.s32", 3u, u32(-4), 5u), u32(-7));
}

TEST(Integers, HighAndWideProductsKeepTheSign) {
  EXPECT_EQ(compute<u16>("mul.hi.u16", u16(0xFFFF), u16(0xFFFF)), 0xFFFE);
  EXPECT_EQ(compute<u16>("mul.hi.s16", u16(0xFFFF), u16(0xFFFF)), 0);
  EXPECT_EQ(compute<u32>("mul.hi.u32", 0x80000000u, 6u), 3u);
  EXPECT_EQ(compute<u32>("mul.hi.s32", 0x80000000u, 6u), u32(-3));
  EXPECT_EQ(compute<u64>("mul.hi.u64", ~u64(0), ~u64(0)), ~u64(1));
  EXPECT_EQ(compute<u64>("mul.hi.s64", ~u64(0), ~u64(0)), 0u);
  EXPECT_EQ(compute<u64>("mul.hi.s64", u64(1) << 63, u64(4)), u64(-2));
  EXPECT_EQ(compute<u32>("mul.wide.u16", u16(0xFFFF), u16(2)), 0x1FFFEu);
  EXPECT_EQ(compute<u32>("mul.wide.s16", u16(0xFFFF), u16(2)), u32(-2));
  EXPECT_EQ(compute<u64>("mul.wide.u32", ~0u, ~0u), 0xFFFFFFFE00000001u);
  EXPECT_EQ(compute<u64>("mul.wide.s32", ~0u, 5u), u64(-5));
  EXPECT_EQ(compute<u64>("mad.wide.s32", ~0u, 5u, u64(7)), 2u);
  EXPECT_EQ(compute<u32>("mad.hi.u32", 0x80000000u, 6u, 4u), 7u);
}

TEST(Integers, DivisionGoesToZero) {
  EXPECT_EQ(compute<u32>("div.s32", u32(-7), 2u), u32(-3));
  EXPECT_EQ(compute<u32>("rem.s32", u32(-7), 2u), u32(-1));
  EXPECT_EQ(compute<u32>("div.u32", u32(-7), 2u), 0x7FFFFFFCu);
  EXPECT_EQ(compute<u64>("rem.u64", u64(23), u64(7)), 2u);
  EXPECT_EQ(compute<u64>("div.s64", u64(1) << 63, ~u64(0)), u64(1) << 63);
  EXPECT_THAT(faultOfBody("div.u32 %r1, 1, 0;"),
              testing::HasSubstr("a division by zero"));
  EXPECT_THAT(faultOfBody("rem.s64 %d1, 1, 0;"),
              testing::HasSubstr("a division by zero"));
}

TEST(Integers, LeastMostAndAbsolute) {
  EXPECT_EQ(compute<u32>("min.s32", u32(-1), 1u), u32(-1));
  EXPECT_EQ(compute<u32>("min.u32", u32(-1), 1u), 1u);
  EXPECT_EQ(compute<u64>("max.s64", u64(-1), u64(1)), 1u);
  EXPECT_EQ(compute<u64>("max.u64", u64(-1), u64(1)), u64(-1));
  EXPECT_EQ(compute<u16>("max.s16", u16(-1), u16(1)), 1);
  EXPECT_EQ(compute<u32>("abs.s32", u32(-5)), 5u);
  EXPECT_EQ(compute<u64>("abs.s64", u64(1) << 63), u64(1) << 63);
  EXPECT_EQ(compute<u32>("neg.s32", 5u), u32(-5));
  EXPECT_EQ(compute<u16>("neg.s16", u16(1)), 0xFFFF);
}

TEST(Integers, Compare) {
  EXPECT_TRUE(compute<bool>("setp.lt.s32", u32(-1), 1u));
  EXPECT_FALSE(compute<bool>("setp.lt.u32", u32(-1), 1u));
  EXPECT_FALSE(compute<bool>("setp.lo.u32", u32(-1), 1u));
  EXPECT_TRUE(compute<bool>("setp.hs.u64", u64(-1), u64(1)));
  EXPECT_TRUE(compute<bool>("setp.hi.u16", u16(-1), u16(1)));
  EXPECT_TRUE(compute<bool>("setp.ls.u32", 1u, 1u));
  EXPECT_TRUE(compute<bool>("setp.le.s64", u64(-2), u64(-2)));
  EXPECT_FALSE(compute<bool>("setp.gt.s64", u64(-2), u64(-2)));
  EXPECT_TRUE(compute<bool>("setp.ge.s16", u16(1), u16(-1)));
  EXPECT_TRUE(compute<bool>("setp.eq.b64", u64(7), u64(7)));
  EXPECT_FALSE(compute<bool>("setp.ne.b16", u16(7), u16(7)));
  EXPECT_TRUE(compute<bool>("setp.ne.s32", 7u, 8u));
}

TEST(Bits, Logic) {
  EXPECT_EQ(compute<u32>("and.b32", 0xCu, 0xAu), 8u);
  EXPECT_EQ(compute<u32>("or.b32", 0xCu, 0xAu), 14u);
  EXPECT_EQ(compute<u64>("xor.b64", u64(0xC), u64(0xA)), 6u);
  EXPECT_EQ(compute<u16>("not.b16", u16(0xFF)), 0xFF00);
  EXPECT_FALSE(compute<bool>("and.pred", true, false));
  EXPECT_TRUE(compute<bool>("or.pred", true, false));
  EXPECT_FALSE(compute<bool>("xor.pred", true, true));
  EXPECT_TRUE(compute<bool>("not.pred", false));
  EXPECT_EQ(compute<u32>("lop3.b32", 0xF0u, 0xCCu, 0xAAu, 0xE8u), 0xE8u);
}

TEST(Bits, ShiftsClampTheirAmount) {
  EXPECT_EQ(compute<u32>("shl.b32", 1u, 31u), 0x80000000u);
  EXPECT_EQ(compute<u32>("shl.b32", 1u, 32u), 0u);
  EXPECT_EQ(compute<u64>("shl.b64", u64(3), 63u), u64(1) << 63);
  EXPECT_EQ(compute<u64>("shl.b64", u64(3), ~0u), 0u);
  EXPECT_EQ(compute<u16>("shl.b16", u16(0x81), 8u), 0x8100);
  EXPECT_EQ(compute<u32>("shr.u32", 0x80000000u, 31u), 1u);
  EXPECT_EQ(compute<u32>("shr.u32", 0x80000000u, 32u), 0u);
  EXPECT_EQ(compute<u32>("shr.s32", 0x80000000u, 4u), 0xF8000000u);
  EXPECT_EQ(compute<u32>("shr.s32", 0x80000000u, 99u), 0xFFFFFFFFu);
  EXPECT_EQ(compute<u64>("shr.s64", u64(1) << 63, 100u), ~u64(0));
  EXPECT_EQ(compute<u64>("shr.b64", u64(1) << 63, 64u), 0u);
  EXPECT_EQ(compute<u16>("shr.s16", u16(0x8000), 15u), 0xFFFF);
  EXPECT_EQ(compute<u16>("shr.u16", u16(0x8000), 15u), 1);
  EXPECT_EQ(compute<u32>("shf.l.wrap.b32", 0x80000001u, 2u, 33u), 5u);
  EXPECT_EQ(compute<u32>("shf.l.clamp.b32", 0x80000001u, 2u, 33u), 0x80000001u);
  EXPECT_EQ(compute<u32>("shf.r.wrap.b32", 2u, 1u, 1u), 0x80000001u);
  EXPECT_EQ(compute<u32>("shf.r.clamp.b32", 2u, 1u, 40u), 1u);
}

TEST(Bits, FieldsAndCounts) {
  EXPECT_EQ(compute<u32>("bfe.u32", 0xABCD1234u, 16u, 8u), 0xCDu);
  EXPECT_EQ(compute<u32>("bfe.s32", 0xABCD1234u, 16u, 8u), 0xFFFFFFCDu);
  EXPECT_EQ(compute<u32>("bfe.u32", 0xABCD1234u, 28u, 8u), 0xAu);
  EXPECT_EQ(compute<u32>("bfe.s32", 0xABCD1234u, 28u, 8u), 0xFFFFFFFAu);
  EXPECT_EQ(compute<u32>("bfe.s32", 0xFFFFFFFFu, 4u, 0u), 0u);
  EXPECT_EQ(compute<u32>("bfe.u32", 0xFFFFFFFFu, 32u, 8u), 0u);
  EXPECT_EQ(compute<u64>("bfe.u64", u64(0xAB) << 52, 52u, 12u), 0xABu);
  EXPECT_EQ(compute<u64>("bfe.s64", u64(0xFF) << 56, 60u, 4u), ~u64(0));
  EXPECT_EQ(compute<u32>("bfi.b32", 0xFFu, 0u, 4u, 4u), 0xF0u);
  EXPECT_EQ(compute<u32>("bfi.b32", 0u, ~0u, 28u, 9u), 0x0FFFFFFFu);
  EXPECT_EQ(compute<u64>("bfi.b64", u64(5), u64(0), 61u, 3u), u64(5) << 61);
  EXPECT_EQ(compute<u32>("prmt.b32", 0x03020100u, 0x07060504u, 0x7531u),
            0x07050301u);
  EXPECT_EQ(compute<u32>("prmt.b32", 0x80007F00u, 0u, 0x0B9Fu), 0x00FF0000u);
  EXPECT_EQ(compute<u32>("popc.b32", 0xF0F1u), 9u);
  EXPECT_EQ(compute<u32>("popc.b64", ~u64(0)), 64u);
  EXPECT_EQ(compute<u32>("clz.b32", 1u), 31u);
  EXPECT_EQ(compute<u32>("clz.b32", 0u), 32u);
  EXPECT_EQ(compute<u32>("clz.b64", u64(1)), 63u);
  EXPECT_EQ(compute<u32>("brev.b32", 3u), 0xC0000000u);
  EXPECT_EQ(compute<u64>("brev.b64", u64(1)), u64(1) << 63);
}

TEST(Floats, RoundToNearestEven) {
  EXPECT_EQ(compute<float>("add.rn.f32", 0x1p24f, 1.0f), 0x1p24f);
  EXPECT_EQ(compute<float>("add.rn.f32", 0x1p24f, 3.0f), 0x1.000004p24f);
  EXPECT_EQ(compute<float>("sub.rn.f32", 1.0f, 0x1p-25f), 1.0f);
  EXPECT_EQ(compute<float>("sub.rn.f32", 1.0f, 0x1.8p-25f), 0x1.FFFFFEp-1f);
  EXPECT_EQ(compute<double>("add.rn.f64", 0x1p53, 1.0), 0x1p53);
  EXPECT_EQ(compute<float>("div.rn.f32", 1.0f, 3.0f), 0x1.555556p-2f);
  EXPECT_EQ(compute<double>("div.rn.f64", 1.0, 3.0), 0x1.5555555555555p-2);
  EXPECT_EQ(compute<float>("sqrt.rn.f32", 2.0f), 0x1.6A09E6p0f);
  EXPECT_EQ(compute<double>("sqrt.rn.f64", 2.0), 0x1.6A09E667F3BCDp0);
  EXPECT_EQ(compute<float>("rcp.rn.f32", 3.0f), 0x1.555556p-2f);
  EXPECT_EQ(compute<double>("rcp.rn.f64", 4.0), 0.25);
}

TEST(Floats, FuseWithOneRounding) {
  float a = 1 + 0x1p-23f;
  EXPECT_EQ(compute<float>("mul.rn.f32", a, a), 1 + 0x1p-22f);
  EXPECT_EQ(compute<float>("fma.rn.f32", a, a, -(1 + 0x1p-22f)), 0x1p-46f);
  double b = 1 + 0x1p-52;
  EXPECT_EQ(compute<double>("mul.rn.f64", b, b), 1 + 0x1p-51);
  EXPECT_EQ(compute<double>("fma.rn.f64", b, b, -(1 + 0x1p-51)), 0x1p-104);
}

TEST(Floats, KeepSubnormalsAndSigns) {
  EXPECT_EQ(compute<float>("mul.rn.f32", 0x1p-100f, 0x1p-49f), kTiny);
  EXPECT_EQ(compute<float>("mul.rn.f32", kTiny, 0.5f), 0.0f);
  EXPECT_EQ(compute<float>("mul.rn.f32", kTiny, 1.0f), kTiny);
  EXPECT_EQ(compute<float>("add.rn.f32", kTiny, kTiny), 2 * kTiny);
  EXPECT_EQ(compute<double>("div.rn.f64", 0x1p-1074, 1.0), 0x1p-1074);
  EXPECT_EQ(bitsOf(compute<float>("mul.rn.f32", -1.0f, 0.0f)), 0x80000000u);
  EXPECT_EQ(bitsOf(compute<float>("sub.rn.f32", 1.0f, 1.0f)), 0u);
  EXPECT_EQ(bitsOf(compute<float>("sqrt.rn.f32", -0.0f)), 0x80000000u);
  EXPECT_EQ(compute<float>("div.rn.f32", -1.0f, 0.0f), -kInfinity);
  EXPECT_EQ(compute<float>("mul.rn.f32", 0x1p127f, 2.0f), kInfinity);
}

TEST(Floats, HaveOneNoneOf32Bits) {
  EXPECT_EQ(bitsOf(compute<float>("add.rn.f32", kInfinity, -kInfinity)),
            0x7FFFFFFFu);
  EXPECT_EQ(bitsOf(compute<float>("sqrt.rn.f32", -1.0f)), 0x7FFFFFFFu);
  EXPECT_EQ(bitsOf(compute<float>("mul.rn.f32",
                                  std::bit_cast<float>(0xFFC00001u), 1.0f)),
            0x7FFFFFFFu);
  EXPECT_TRUE(std::isnan(compute<double>("sqrt.rn.f64", -1.0)));
}

TEST(Floats, LeastAndMostPreferNumbers) {
  EXPECT_EQ(compute<float>("min.f32", 1.0f, kNone), 1.0f);
  EXPECT_EQ(compute<float>("max.f32", kNone, 1.0f), 1.0f);
  EXPECT_EQ(compute<double>("min.f64", -1.0, 2.0), -1.0);
  EXPECT_EQ(compute<double>("max.f64", -1.0, 2.0), 2.0);
  EXPECT_EQ(bitsOf(compute<float>("min.f32", 0.0f, -0.0f)), 0x80000000u);
  EXPECT_EQ(bitsOf(compute<float>("min.f32", -0.0f, 0.0f)), 0x80000000u);
  EXPECT_EQ(bitsOf(compute<float>("max.f32", -0.0f, 0.0f)), 0u);
  EXPECT_EQ(bitsOf(compute<float>("min.f32", kNone, kNone)), 0x7FFFFFFFu);
  EXPECT_EQ(bitsOf(compute<float>("min.NaN.f32", 1.0f, kNone)), 0x7FFFFFFFu);
  EXPECT_EQ(bitsOf(compute<float>("max.NaN.f32", kNone, 1.0f)), 0x7FFFFFFFu);
  EXPECT_EQ(compute<float>("max.NaN.f32", 3.0f, 1.0f), 3.0f);
}

TEST(Floats, SignsAreBits) {
  EXPECT_EQ(bitsOf(compute<float>("neg.f32", 0.0f)), 0x80000000u);
  EXPECT_EQ(compute<double>("abs.f64", -2.5), 2.5);
  EXPECT_EQ(compute<double>("copysign.f64", -1.0, 2.5), -2.5);
  EXPECT_EQ(compute<float>("copysign.f32", 1.0f, -2.5f), 2.5f);
}

namespace {
struct Comparison {
  const char *name;
  bool less, same, more, unordered;
};
} // namespace

TEST(Floats, Compare) {
  const Comparison comparisons[] = {
      {"eq", false, true, false, false}, {"ne", true, false, true, false},
      {"lt", true, false, false, false}, {"le", true, true, false, false},
      {"gt", false, false, true, false}, {"ge", false, true, true, false},
      {"equ", false, true, false, true}, {"neu", true, false, true, true},
      {"ltu", true, false, false, true}, {"leu", true, true, false, true},
      {"gtu", false, false, true, true}, {"geu", false, true, true, true},
      {"num", true, true, true, false},  {"nan", false, false, false, true},
  };
  for (const Comparison &each : comparisons) {
    std::string single = std::string("setp.") + each.name + ".f32";
    std::string wide = std::string("setp.") + each.name + ".f64";
    EXPECT_EQ(compute<bool>(single, 1.0f, 2.0f), each.less) << each.name;
    EXPECT_EQ(compute<bool>(single, 0.0f, -0.0f), each.same) << each.name;
    EXPECT_EQ(compute<bool>(single, 2.0f, 1.0f), each.more) << each.name;
    EXPECT_EQ(compute<bool>(single, kNone, 1.0f), each.unordered) << each.name;
    EXPECT_EQ(compute<bool>(wide, 1.0, 2.0), each.less) << each.name;
    EXPECT_EQ(compute<bool>(wide, 1.0, double(kNone)), each.unordered)
        << each.name;
  }
}

TEST(Floats, Properties) {
  EXPECT_TRUE(compute<bool>("testp.finite.f32", kTiny));
  EXPECT_FALSE(compute<bool>("testp.finite.f32", kNone));
  EXPECT_TRUE(compute<bool>("testp.infinite.f32", -kInfinity));
  EXPECT_TRUE(compute<bool>("testp.notanumber.f64", double(kNone)));
  EXPECT_TRUE(compute<bool>("testp.number.f32", kInfinity));
  EXPECT_TRUE(compute<bool>("testp.subnormal.f32", kTiny));
  EXPECT_FALSE(compute<bool>("testp.normal.f32", kTiny));
  EXPECT_TRUE(compute<bool>("testp.normal.f64", 1.0));
}

TEST(Moves, SelectAndPack) {
  EXPECT_EQ(compute<u32>("selp.b32", 1u, 2u, true), 1u);
  EXPECT_EQ(compute<u16>("selp.b16", u16(1), u16(2), false), 2);
  EXPECT_EQ(compute<double>("selp.f64", 1.0, 2.0, false), 2.0);
  EXPECT_EQ(compute<u64>("mov.b64", u64(77)), 77u);
  EXPECT_EQ(compute<float>("mov.f32", 1.5f), 1.5f);
  EXPECT_TRUE(compute<bool>("mov.pred", true));
  std::string text = kernelOf("mov.b32 %r1, 0x11112222;\n"
                              "mov.b64 %d1, {%r1, 5};\n"
                              "mov.b64 {%h1, _, %h3, %h4}, %d1;\n"
                              "mov.b32 %r2, {%h3, %h1};\n"
                              "mov.b64 %d2, {%h1, %h1, %h4, %h3};\n"
                              "st.global.v2.b64 [%out], {%d1, %d2};\n"
                              "st.global.b32 [%out+16], %r2;");
  EXPECT_EQ(
      runFor<u64>(text, 3),
      (std::vector<u64>{0x0000000511112222, 0x0005000022222222, 0x22220005}));
}
