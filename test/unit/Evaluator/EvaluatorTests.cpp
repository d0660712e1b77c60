//===- EvaluatorTests.cpp - every operation against the host --------------===//

#include "test/unit/Evaluator/Phases.h"
#include "test/unit/Scalar/Reference.h"

using namespace dsc;
using namespace dsc::test;
using namespace mlir;

namespace {
Builder types() { return Builder(&getContext()); }

template <class Op> Emitted emitOp(ArrayRef<Type> arguments) {
  return Emitted(getContext(), arguments, [](Scalar &s, ValueRange a) {
    return Op::create(s.getBuilder(), s.getLoc(), a)->getResult(0);
  });
}
template <class Op> Emitted emitConversion(Type from, Type to) {
  return Emitted(getContext(), {from}, [=](Scalar &s, ValueRange a) -> Value {
    return Op::create(s.getBuilder(), s.getLoc(), to, a[0]);
  });
}

uint64_t bitsOf(double value) { return std::bit_cast<uint64_t>(value); }
uint64_t bitsOf(float value) { return std::bit_cast<uint32_t>(value); }

/// Numbers of all sizes, and now and then one with a meaning of its own.
template <class Float> Float someFloat(Points &points) {
  static const Float special[] = {Float(0),        Float(-0.0),
                                  Float(INFINITY), Float(-INFINITY),
                                  Float(NAN),      Float(1)};
  uint64_t bits = points.bits();
  if (bits % 8 == 0)
    return special[(bits >> 8) % 6];
  return Float(points.anyBetween(1e-20, 1e20) * (bits % 2 ? 1 : -1));
}

template <class Float> Type floatType() {
  return sizeof(Float) == 8 ? Type(types().getF64Type())
                            : Type(types().getF32Type());
}

template <class Float>
void expectSame(Emitted &function, ArrayRef<Float> arguments, Float expected) {
  SmallVector<uint64_t> bits;
  for (Float argument : arguments)
    bits.push_back(bitsOf(argument));
  uint64_t found = function.bits(bits);
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(sizeof(Float) == 8
                               ? std::bit_cast<double>(found)
                               : std::bit_cast<float>(uint32_t(found))));
  else
    EXPECT_EQ(found, bitsOf(expected));
}

template <class Float> void checkArithmetic() {
  Type type = floatType<Float>();
  Emitted add = emitOp<arith::AddFOp>({type, type});
  Emitted sub = emitOp<arith::SubFOp>({type, type});
  Emitted mul = emitOp<arith::MulFOp>({type, type});
  Emitted div = emitOp<arith::DivFOp>({type, type});
  Emitted neg = emitOp<arith::NegFOp>({type});
  Emitted fma = emitOp<math::FmaOp>({type, type, type});
  Emitted sqrt = emitOp<math::SqrtOp>({type});
  Points points(1);
  for (int i = 0; i < 5000; ++i) {
    Float a = someFloat<Float>(points), b = someFloat<Float>(points),
          c = someFloat<Float>(points);
    expectSame<Float>(add, {a, b}, a + b);
    expectSame<Float>(sub, {a, b}, a - b);
    expectSame<Float>(mul, {a, b}, a * b);
    expectSame<Float>(div, {a, b}, a / b);
    expectSame<Float>(neg, {a}, -a);
    expectSame<Float>(fma, {a, b, c}, std::fma(a, b, c));
    expectSame<Float>(sqrt, {a}, std::sqrt(a));
  }
}

template <class Float> bool holds(arith::CmpFPredicate p, Float a, Float b) {
  using P = arith::CmpFPredicate;
  bool isUnordered = std::isnan(a) || std::isnan(b);
  switch (p) {
  case P::AlwaysFalse:
    return false;
  case P::OEQ:
    return !isUnordered && a == b;
  case P::OGT:
    return !isUnordered && a > b;
  case P::OGE:
    return !isUnordered && a >= b;
  case P::OLT:
    return !isUnordered && a < b;
  case P::OLE:
    return !isUnordered && a <= b;
  case P::ONE:
    return !isUnordered && a != b;
  case P::ORD:
    return !isUnordered;
  case P::UEQ:
    return isUnordered || a == b;
  case P::UGT:
    return isUnordered || a > b;
  case P::UGE:
    return isUnordered || a >= b;
  case P::ULT:
    return isUnordered || a < b;
  case P::ULE:
    return isUnordered || a <= b;
  case P::UNE:
    return isUnordered || a != b;
  case P::UNO:
    return isUnordered;
  case P::AlwaysTrue:
    return true;
  }
  return false;
}

template <class Float> void checkComparisons() {
  Type type = floatType<Float>();
  for (uint64_t p = 0; p <= arith::getMaxEnumValForCmpFPredicate(); ++p) {
    auto predicate = static_cast<arith::CmpFPredicate>(p);
    Emitted compare(getContext(), {type, type},
                    [=](Scalar &s, ValueRange a) -> Value {
                      return arith::CmpFOp::create(s.getBuilder(), s.getLoc(),
                                                   predicate, a[0], a[1]);
                    });
    Points points(2);
    for (int i = 0; i < 1000; ++i) {
      Float a = someFloat<Float>(points);
      Float b = i % 4 ? someFloat<Float>(points) : a;
      ASSERT_EQ(compare.bits({bitsOf(a), bitsOf(b)}), holds(predicate, a, b))
          << p << ": " << a << ", " << b;
    }
  }
}

/// `value` cut to the width of the type.
template <class Unsigned> uint64_t cut(uint64_t value) {
  return static_cast<Unsigned>(value);
}

template <class Unsigned> void checkIntegers() {
  using Signed = std::make_signed_t<Unsigned>;
  constexpr unsigned width = sizeof(Unsigned) * 8;
  Type type = types().getIntegerType(width);
  Emitted add = emitOp<arith::AddIOp>({type, type});
  Emitted sub = emitOp<arith::SubIOp>({type, type});
  Emitted mul = emitOp<arith::MulIOp>({type, type});
  Emitted bitAnd = emitOp<arith::AndIOp>({type, type});
  Emitted bitOr = emitOp<arith::OrIOp>({type, type});
  Emitted bitXor = emitOp<arith::XOrIOp>({type, type});
  Emitted left = emitOp<arith::ShLIOp>({type, type});
  Emitted right = emitOp<arith::ShRUIOp>({type, type});
  Emitted rightSigned = emitOp<arith::ShRSIOp>({type, type});
  Emitted div = emitOp<arith::DivSIOp>({type, type});
  Emitted rem = emitOp<arith::RemSIOp>({type, type});
  Points points(3);
  for (int i = 0; i < 2000; ++i) {
    uint64_t a = cut<Unsigned>(points.bits()), b = cut<Unsigned>(points.bits());
    uint64_t shift = points.bits() % width;
    EXPECT_EQ(add.bits({a, b}), cut<Unsigned>(a + b));
    EXPECT_EQ(sub.bits({a, b}), cut<Unsigned>(a - b));
    EXPECT_EQ(mul.bits({a, b}), cut<Unsigned>(a * b));
    // Of any size, as most are much larger than the other.
    auto divisor = static_cast<Signed>(b >> (shift / 2 * 2));
    if (divisor != 0 && divisor != -1) {
      uint64_t by = cut<Unsigned>(static_cast<Unsigned>(divisor));
      EXPECT_EQ(div.bits({a, by}),
                cut<Unsigned>(static_cast<Signed>(a) / divisor));
      EXPECT_EQ(rem.bits({a, by}),
                cut<Unsigned>(static_cast<Signed>(a) % divisor));
    }
    EXPECT_EQ(bitAnd.bits({a, b}), (a & b));
    EXPECT_EQ(bitOr.bits({a, b}), (a | b));
    EXPECT_EQ(bitXor.bits({a, b}), (a ^ b));
    EXPECT_EQ(left.bits({a, shift}), cut<Unsigned>(a << shift));
    EXPECT_EQ(right.bits({a, shift}), a >> shift);
    EXPECT_EQ(rightSigned.bits({a, shift}),
              cut<Unsigned>(static_cast<Signed>(a) >> shift));
  }
}

template <class Unsigned> void checkIntegerComparisons() {
  unsigned width = sizeof(Unsigned) * 8;
  Type type = types().getIntegerType(width);
  for (uint64_t p = 0; p <= arith::getMaxEnumValForCmpIPredicate(); ++p) {
    auto predicate = static_cast<arith::CmpIPredicate>(p);
    Emitted compare(getContext(), {type, type},
                    [=](Scalar &s, ValueRange a) -> Value {
                      return arith::CmpIOp::create(s.getBuilder(), s.getLoc(),
                                                   predicate, a[0], a[1]);
                    });
    Points points(4);
    for (int i = 0; i < 500; ++i) {
      uint64_t a = cut<Unsigned>(points.bits());
      uint64_t b = i % 4 ? cut<Unsigned>(points.bits()) : a;
      bool expected =
          arith::applyCmpPredicate(predicate, APInt(width, a), APInt(width, b));
      EXPECT_EQ(compare.bits({a, b}), expected) << p << ": " << a << ", " << b;
    }
  }
}
} // namespace

TEST(Floats, F64) { checkArithmetic<double>(); }
TEST(Floats, F32) { checkArithmetic<float>(); }
TEST(Floats, F64Comparisons) { checkComparisons<double>(); }
TEST(Floats, F32Comparisons) { checkComparisons<float>(); }
TEST(Integers, I64) { checkIntegers<uint64_t>(); }
TEST(Integers, I32) { checkIntegers<uint32_t>(); }
TEST(Integers, I16) { checkIntegers<uint16_t>(); }
TEST(Integers, I64Comparisons) { checkIntegerComparisons<uint64_t>(); }
TEST(Integers, I16Comparisons) { checkIntegerComparisons<uint16_t>(); }

TEST(Conversions, BetweenFloats) {
  Type f32 = types().getF32Type(), f64 = types().getF64Type();
  Emitted extend = emitConversion<arith::ExtFOp>(f32, f64);
  Emitted truncate = emitConversion<arith::TruncFOp>(f64, f32);
  Points points(5);
  for (int i = 0; i < 5000; ++i) {
    float narrow = someFloat<float>(points);
    double wide = points.anyBetween(1e-50, 1e50);
    if (!std::isnan(narrow)) {
      EXPECT_EQ(extend.bits({bitsOf(narrow)}), bitsOf(double(narrow)));
    }
    EXPECT_EQ(truncate.bits({bitsOf(wide)}), bitsOf(float(wide)));
  }
}

TEST(Conversions, BetweenFloatsAndIntegers) {
  Type i1 = types().getI1Type(), i32 = types().getI32Type(),
       i64 = types().getI64Type(), f32 = types().getF32Type(),
       f64 = types().getF64Type();
  EXPECT_EQ(emitConversion<arith::SIToFPOp>(i64, f64).bits({uint64_t(-7)}),
            bitsOf(-7.0));
  EXPECT_EQ(emitConversion<arith::SIToFPOp>(i32, f64).bits({0xfffffff9}),
            bitsOf(-7.0));
  EXPECT_EQ(emitConversion<arith::UIToFPOp>(i32, f64).bits({0xfffffff9}),
            bitsOf(4294967289.0));
  EXPECT_EQ(emitConversion<arith::UIToFPOp>(i64, f64).bits({uint64_t(-1)}),
            bitsOf(0x1p64));
  EXPECT_EQ(emitConversion<arith::UIToFPOp>(i1, f64).bits({1}), bitsOf(1.0));
  EXPECT_EQ(
      emitConversion<arith::SIToFPOp>(i64, f32).bits({uint64_t(16777217)}),
      bitsOf(16777216.0f));
  EXPECT_EQ(emitConversion<arith::UIToFPOp>(i64, f32).bits({uint64_t(-1)}),
            bitsOf(0x1p64f));
  EXPECT_EQ(emitConversion<arith::FPToSIOp>(f64, i64).bits({bitsOf(-7.9)}),
            uint64_t(-7));
  EXPECT_EQ(emitConversion<arith::FPToSIOp>(f32, i32).bits({bitsOf(-7.9f)}),
            0xfffffff9u);
}

TEST(Conversions, BetweenIntegers) {
  Type i16 = types().getIntegerType(16), i32 = types().getI32Type(),
       i64 = types().getI64Type();
  EXPECT_EQ(emitConversion<arith::ExtSIOp>(i16, i64).bits({0x8001}),
            0xffffffffffff8001u);
  EXPECT_EQ(emitConversion<arith::ExtSIOp>(i16, i32).bits({0x8001}),
            0xffff8001u);
  EXPECT_EQ(emitConversion<arith::ExtUIOp>(i16, i64).bits({0x8001}), 0x8001u);
  EXPECT_EQ(emitConversion<arith::TruncIOp>(i64, i16).bits({0x123456789}),
            0x6789u);
}

TEST(Program, SharesEqualWorkAndDropsWhatNobodyReads) {
  Emitted f = emitF64(1, [](Scalar &s, ValueRange a) {
    s.div(a[0], s.f64(3)); // never read
    return s.mul(s.add(a[0], s.f64(1)), s.add(a[0], s.f64(1)));
  });
  EXPECT_EQ(f.getEvaluator().getNumInstructions(), 2u);
  EXPECT_EQ(f(2), 9);
}

TEST(Program, ComputesWhatDoesNotVaryOnce) {
  // Made by hand, as Scalar would fold it.
  Emitted f = emitF64(1, [](Scalar &s, ValueRange a) {
    Value two = s.f64(2);
    Value four =
        math::FmaOp::create(s.getBuilder(), s.getLoc(), two, two, s.f64(0));
    return s.add(a[0], four);
  });
  EXPECT_EQ(f.getEvaluator().getNumInstructions(), 1u);
  EXPECT_EQ(f(1), 5);
}

TEST(Errors, OperationsThatWouldNeedTheHostsLibm) {
  Messages messages;
  OpBuilder builder(&getContext());
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(module->getBody());
  Type f64 = builder.getF64Type();
  auto function = func::FuncOp::create(builder, loc, "f",
                                       builder.getFunctionType({f64}, {f64}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value e = math::ExpOp::create(builder, loc, function.getArgument(0));
  func::ReturnOp::create(builder, loc, e);
  EXPECT_TRUE(failed(Evaluator::create(function)));
  EXPECT_NE(messages.get().find("'math.exp' cannot be evaluated on the host"),
            std::string::npos);
}

TEST(Errors, FunctionsThatAreNotScalar) {
  Messages messages;
  OpBuilder builder(&getContext());
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(module->getBody());
  Type vector = VectorType::get({4}, builder.getF64Type());
  auto function = func::FuncOp::create(builder, loc, "f",
                                       builder.getFunctionType({vector}, {}));
  EXPECT_TRUE(failed(Evaluator::create(function))); // a declaration
  builder.setInsertionPointToStart(function.addEntryBlock());
  func::ReturnOp::create(builder, loc);
  EXPECT_TRUE(failed(Evaluator::create(function)));
  EXPECT_NE(messages.get().find("one block"), std::string::npos);
  EXPECT_NE(messages.get().find("scalar arguments"), std::string::npos);
}
