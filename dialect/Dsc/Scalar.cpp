//===- Scalar.cpp - elementary operations and conversions -----------------===//
//
// One MLIR operation for each elementary step, folded at once where the
// operands are constants. Nothing here may become a libm or libdevice call on
// any target.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Scalar.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

template <class OpType, class... Arguments>
Value Scalar::emit(Arguments &&...arguments) {
  return builder.createOrFold<OpType>(loc,
                                      std::forward<Arguments>(arguments)...);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value Scalar::f64(double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF64FloatAttr(value));
}

Value Scalar::f32(float value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

Value Scalar::i64(int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

//===----------------------------------------------------------------------===//
// Elementary operations
//===----------------------------------------------------------------------===//

Value Scalar::add(Value a, Value b) { return emit<arith::AddFOp>(a, b); }
Value Scalar::sub(Value a, Value b) { return emit<arith::SubFOp>(a, b); }
Value Scalar::mul(Value a, Value b) { return emit<arith::MulFOp>(a, b); }
Value Scalar::div(Value a, Value b) { return emit<arith::DivFOp>(a, b); }
Value Scalar::neg(Value a) { return emit<arith::NegFOp>(a); }

Value Scalar::fma(Value a, Value b, Value c) {
  // math.fma has no folder; APFloat rounds once, as every target does.
  FloatAttr first, second, third;
  if (matchPattern(a, m_Constant(&first)) &&
      matchPattern(b, m_Constant(&second)) &&
      matchPattern(c, m_Constant(&third))) {
    llvm::APFloat result = first.getValue();
    result.fusedMultiplyAdd(second.getValue(), third.getValue(),
                            llvm::APFloat::rmNearestTiesToEven);
    return arith::ConstantOp::create(builder, loc,
                                     FloatAttr::get(a.getType(), result));
  }
  return emit<math::FmaOp>(a, b, c);
}

Value Scalar::sqrt(Value a) { return emit<math::SqrtOp>(a); }

Value Scalar::abs(Value a) {
  // Not math.absf, which becomes a libdevice call on NVIDIA GPUs.
  bool isDouble = a.getType().isF64();
  Type bits = isDouble ? builder.getI64Type() : builder.getI32Type();
  int64_t mask = isDouble ? INT64_MAX : INT32_MAX;
  Value maskValue = arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(bits, mask));
  return bitcast(emit<arith::AndIOp>(bitcast(a, bits), maskValue), a.getType());
}

Value Scalar::minimum(Value a, Value b) {
  Value smaller = select(compare(arith::CmpFPredicate::OLT, a, b), a, b);
  return select(compare(arith::CmpFPredicate::UNO, a, a), a, smaller);
}

Value Scalar::maximum(Value a, Value b) {
  Value larger = select(compare(arith::CmpFPredicate::OGT, a, b), a, b);
  return select(compare(arith::CmpFPredicate::UNO, a, a), a, larger);
}

Value Scalar::floor(Value x) {
  // From 2^52 on there are no fractions, and a conversion would not fit.
  Value hasFraction = compare(arith::CmpFPredicate::OLT, abs(x), f64(0x1p52));
  Value whole = toF64(toI64(x, -(int64_t(1) << 52), int64_t(1) << 52));
  Value isAbove = compare(arith::CmpFPredicate::OGT, whole, x);
  return select(hasFraction, select(isAbove, sub(whole, f64(1)), whole), x);
}

Value Scalar::compare(arith::CmpFPredicate p, Value a, Value b) {
  return emit<arith::CmpFOp>(p, a, b);
}

Value Scalar::compare(arith::CmpIPredicate p, Value a, Value b) {
  return emit<arith::CmpIOp>(p, a, b);
}

Value Scalar::select(Value condition, Value a, Value b) {
  return emit<arith::SelectOp>(condition, a, b);
}

//===----------------------------------------------------------------------===//
// Integers and conversions
//===----------------------------------------------------------------------===//

Value Scalar::addI(Value a, Value b) { return emit<arith::AddIOp>(a, b); }
Value Scalar::subI(Value a, Value b) { return emit<arith::SubIOp>(a, b); }
Value Scalar::mulI(Value a, Value b) { return emit<arith::MulIOp>(a, b); }
Value Scalar::divI(Value a, Value b) { return emit<arith::DivSIOp>(a, b); }
Value Scalar::remI(Value a, Value b) { return emit<arith::RemSIOp>(a, b); }
Value Scalar::andI(Value a, Value b) { return emit<arith::AndIOp>(a, b); }
Value Scalar::xorI(Value a, Value b) { return emit<arith::XOrIOp>(a, b); }

Value Scalar::shiftRightUnsigned(Value a, int64_t places) {
  return emit<arith::ShRUIOp>(a, i64(places));
}

Value Scalar::toF64(Value a) {
  Type type = builder.getF64Type();
  if (a.getType() == type)
    return a;
  if (a.getType().isF32())
    return emit<arith::ExtFOp>(type, a);
  if (a.getType().isInteger(1))
    return emit<arith::UIToFPOp>(type, a);
  return emit<arith::SIToFPOp>(type, a);
}

Value Scalar::bitcast(Value a, Type type) {
  return emit<arith::BitcastOp>(type, a);
}

Value Scalar::toI64(Value a, int64_t low, int64_t high) {
  // The largest f64 that is no more than `high`: rounding up would overflow.
  double top = static_cast<double>(high);
  if (top >= 0x1p63 || static_cast<int64_t>(top) > high)
    top = std::nextafter(top, 0);
  double bottom = static_cast<double>(low);
  if (static_cast<int64_t>(bottom) < low)
    bottom = std::nextafter(bottom, 0x1p63);
  // A NaN fails the first comparison and becomes `low`.
  Value above = select(compare(arith::CmpFPredicate::OGT, a, f64(bottom)), a,
                       f64(bottom));
  Value clamped = select(compare(arith::CmpFPredicate::OLT, above, f64(top)),
                         above, f64(top));
  return emit<arith::FPToSIOp>(builder.getI64Type(), clamped);
}

Value Scalar::toBf16Bits(Value a) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  };
  Value bits = bitcast(a, builder.getI32Type());
  Value upper = emit<arith::ShRUIOp>(bits, constant(16));
  // Half of the last kept place, less one where that place is even.
  Value odd = emit<arith::AndIOp>(upper, constant(1));
  Value rounded = emit<arith::ShRUIOp>(addI(bits, addI(odd, constant(0x7fff))),
                                       constant(16));
  Value quiet = emit<arith::OrIOp>(upper, constant(0x40));
  Value isNaN = compare(arith::CmpFPredicate::UNO, a, a);
  return emit<arith::TruncIOp>(builder.getI16Type(),
                               select(isNaN, quiet, rounded));
}

Value Scalar::fromBf16Bits(Value a) {
  Value wide = emit<arith::ExtUIOp>(builder.getI32Type(), a);
  Value sixteen =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(16));
  return bitcast(emit<arith::ShLIOp>(wide, sixteen), builder.getF32Type());
}

//===----------------------------------------------------------------------===//
// Double-double arithmetic (Dekker 1971, Knuth TAOCP 2, 4.2.2)
//===----------------------------------------------------------------------===//

DoubleDouble Scalar::twoSum(Value a, Value b) {
  Value sum = add(a, b);
  Value partOfB = sub(sum, a);
  Value errorOfA = sub(a, sub(sum, partOfB));
  return {sum, add(errorOfA, sub(b, partOfB))};
}

DoubleDouble Scalar::fastTwoSum(Value a, Value b) {
  Value sum = add(a, b);
  return {sum, sub(b, sub(sum, a))};
}

DoubleDouble Scalar::twoProduct(Value a, Value b) {
  Value product = mul(a, b);
  return {product, fma(a, b, neg(product))};
}

DoubleDouble Scalar::add(DoubleDouble a, DoubleDouble b) {
  DoubleDouble sum = twoSum(a.high, b.high);
  if (a.low)
    sum.low = add(sum.low, a.low);
  if (b.low)
    sum.low = add(sum.low, b.low);
  return fastTwoSum(sum.high, sum.low);
}

DoubleDouble Scalar::negate(DoubleDouble a) {
  return {neg(a.high), a.low ? neg(a.low) : Value()};
}

DoubleDouble Scalar::multiply(DoubleDouble a, DoubleDouble b) {
  DoubleDouble product = twoProduct(a.high, b.high);
  if (b.low)
    product.low = fma(a.high, b.low, product.low);
  if (a.low)
    product.low = fma(a.low, b.high, product.low);
  return fastTwoSum(product.high, product.low);
}

DoubleDouble Scalar::divide(Value a, Value b) {
  return divide(DoubleDouble{a, {}}, DoubleDouble{b, {}});
}

DoubleDouble Scalar::divide(DoubleDouble a, DoubleDouble b) {
  Value quotient = div(a.high, b.high);
  Value remainder = fma(neg(quotient), b.high, a.high);
  if (a.low)
    remainder = add(remainder, a.low);
  if (b.low)
    remainder = fma(neg(quotient), b.low, remainder);
  return fastTwoSum(quotient, div(remainder, b.high));
}
