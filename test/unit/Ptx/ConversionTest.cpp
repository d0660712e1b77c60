//===- ConversionTest.cpp - cvt -------------------------------------------===//

#include "test/unit/Ptx/PtxFixture.h"

#include <cmath>
#include <limits>

using namespace dsc::test::ptx;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static const double kNone = std::nan("");

TEST(Conversions, IntegersAreCutAndExtended) {
  EXPECT_EQ(compute<u64>("cvt.u64.u32", 0x80000000u), 0x80000000u);
  EXPECT_EQ(compute<u64>("cvt.s64.s32", 0x80000000u), 0xFFFFFFFF80000000u);
  EXPECT_EQ(compute<u32>("cvt.u32.u64", 0x123456789ABCDEF0u), 0x9ABCDEF0u);
  EXPECT_EQ(compute<u32>("cvt.s32.s16", u16(0x8000)), 0xFFFF8000u);
  EXPECT_EQ(compute<u32>("cvt.u32.u16", u16(0x8000)), 0x8000u);
  EXPECT_EQ(compute<u16>("cvt.u16.u32", 0x12345u), 0x2345);
  EXPECT_EQ(compute<u16>("cvt.u16.u64", u64(0x12345)), 0x2345);
  EXPECT_EQ(compute<u32>("cvt.s32.s8", 0x180u), 0xFFFFFF80u);
  EXPECT_EQ(compute<u32>("cvt.u32.u8", 0x180u), 0x80u);
  EXPECT_EQ(compute<u16>("cvt.s16.s8", u16(0x80)), 0xFF80);
  EXPECT_EQ(compute<u32>("cvt.s8.s32", 0x80u), 0xFFFFFF80u);
}

TEST(Conversions, IntegersRoundOnce) {
  EXPECT_EQ(compute<float>("cvt.rn.f32.s32", 16777217u), 16777216.0f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.s32", u32(-16777219)), -16777220.0f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.u32", 0xFFFFFFFFu), 0x1p32f);
  // Through f64 this one would round twice.
  EXPECT_EQ(
      compute<float>("cvt.rn.f32.s64", (u64(1) << 60) + (u64(1) << 36) + 1),
      0x1.000002p60f);
  EXPECT_EQ(compute<double>("cvt.rn.f64.s64", u64(-1)), -1.0);
  EXPECT_EQ(compute<double>("cvt.rn.f64.u64", ~u64(0)), 0x1p64);
  EXPECT_EQ(compute<double>("cvt.rn.f64.s64", (u64(1) << 53) + 1), 0x1p53);
  EXPECT_EQ(compute<double>("cvt.rn.f64.s32", u32(-7)), -7.0);
  EXPECT_EQ(compute<double>("cvt.rn.f64.u16", u16(0xFFFF)), 65535.0);
}

TEST(Conversions, FloatsOfTwoSizes) {
  EXPECT_EQ(compute<double>("cvt.f64.f32", 0x1p-149f), 0x1p-149);
  EXPECT_EQ(compute<float>("cvt.rn.f32.f64", 1 + 0x1p-24), 1.0f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.f64", 1 + 0x1.8p-24 + 0x1p-50),
            1 + 0x1p-23f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.f64", 0x1p-149), 0x1p-149f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.f64", 0x1p-150), 0.0f);
  EXPECT_EQ(compute<float>("cvt.rn.f32.f64", 1e300), HUGE_VALF);
  EXPECT_EQ(std::bit_cast<u32>(compute<float>("cvt.rn.f32.f64", kNone)),
            0x7FFFFFFFu);
}

TEST(Conversions, ToIntegersInEveryDirection) {
  EXPECT_EQ(compute<u64>("cvt.rni.s64.f64", 2.5), 2u);
  EXPECT_EQ(compute<u64>("cvt.rni.s64.f64", 3.5), 4u);
  EXPECT_EQ(compute<u64>("cvt.rzi.s64.f64", -2.5), u64(-2));
  EXPECT_EQ(compute<u64>("cvt.rmi.s64.f64", -2.5), u64(-3));
  EXPECT_EQ(compute<u64>("cvt.rpi.s64.f64", 2.1), 3u);
  EXPECT_EQ(compute<u32>("cvt.rzi.s32.f32", -1.9f), u32(-1));
  EXPECT_EQ(compute<double>("cvt.rni.f64.f64", -0.5), 0.0);
  EXPECT_TRUE(std::signbit(compute<double>("cvt.rni.f64.f64", -0.5)));
  EXPECT_EQ(compute<double>("cvt.rmi.f64.f64", -0.5), -1.0);
  EXPECT_EQ(compute<float>("cvt.rpi.f32.f32", 0.25f), 1.0f);
  EXPECT_EQ(compute<float>("cvt.rzi.f32.f32", -7.75f), -7.0f);
}

TEST(Conversions, ToIntegersClamp) {
  EXPECT_EQ(compute<u32>("cvt.rzi.s32.f64", 1e10), 0x7FFFFFFFu);
  EXPECT_EQ(compute<u32>("cvt.rzi.s32.f64", -1e10), 0x80000000u);
  EXPECT_EQ(compute<u32>("cvt.rzi.u32.f64", -1.0), 0u);
  EXPECT_EQ(compute<u32>("cvt.rzi.u32.f32", 0x1p32f), 0xFFFFFFFFu);
  EXPECT_EQ(compute<u32>("cvt.rzi.u32.f32", 0x1.FFFFFEp31f), 0xFFFFFF00u);
  EXPECT_EQ(compute<u64>("cvt.rzi.s64.f64", 0x1p63), u64(INT64_MAX));
  EXPECT_EQ(compute<u64>("cvt.rzi.s64.f64", -0x1p63), u64(1) << 63);
  EXPECT_EQ(compute<u64>("cvt.rzi.s64.f64", -kInfinity), u64(1) << 63);
  EXPECT_EQ(compute<u64>("cvt.rzi.u64.f64", kInfinity), ~u64(0));
  EXPECT_EQ(compute<u16>("cvt.rzi.s16.f32", 1e6f), 0x7FFF);
  EXPECT_EQ(compute<u32>("cvt.rzi.s8.f32", -1000.0f), u32(-128));
}

/// What is no number becomes 0, or the highest bit where 64 are involved.
TEST(Conversions, OfNone) {
  EXPECT_EQ(compute<u32>("cvt.rzi.s32.f32", float(kNone)), 0u);
  EXPECT_EQ(compute<u64>("cvt.rzi.s64.f32", float(kNone)), u64(1) << 63);
  EXPECT_EQ(compute<u32>("cvt.rzi.s32.f64", kNone), 0x80000000u);
  EXPECT_EQ(compute<u32>("cvt.rzi.u32.f64", kNone), 0x80000000u);
  EXPECT_EQ(compute<u64>("cvt.rzi.u64.f64", kNone), u64(1) << 63);
}
