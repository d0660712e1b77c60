//===- Scalar.h - the arithmetic that every target shares -------*- C++ -*-===//
//
// Emits scalar code for schedules, uniforms and updates. Only + - * / fma sqrt,
// conversions, compares and selects come out of it, so every backend performs
// the same IEEE operations in the same order; exp, log, pow, sinpi and cospi
// are our own f64 routines (at most 1 ulp against MPFR).
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_SCALAR_H
#define DSC_DIALECT_DSC_SCALAR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace dsc {

/// An unevaluated sum of two f64, |low| <= ulp(high) / 2: about 106 bits. An
/// argument whose low part is null is a plain f64.
struct DoubleDouble {
  mlir::Value high, low;
};

struct SineCosine {
  mlir::Value sine, cosine;
};

struct LongSineCosine {
  DoubleDouble sine, cosine;
};

class Scalar {
public:
  Scalar(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() const { return loc; }

  // Constants.
  mlir::Value f64(double value);
  mlir::Value f32(float value);
  mlir::Value i64(int64_t value);

  // Elementary operations; operands of one type, f64 or f32.
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value neg(mlir::Value a);
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  mlir::Value sqrt(mlir::Value a);
  mlir::Value abs(mlir::Value a);
  /// NaN where either operand is NaN.
  mlir::Value minimum(mlir::Value a, mlir::Value b);
  mlir::Value maximum(mlir::Value a, mlir::Value b);
  mlir::Value compare(mlir::arith::CmpFPredicate p, mlir::Value a,
                      mlir::Value b);
  mlir::Value compare(mlir::arith::CmpIPredicate p, mlir::Value a,
                      mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);

  // Integers (i64) and conversions. toI64 clamps before it converts.
  mlir::Value addI(mlir::Value a, mlir::Value b);
  mlir::Value subI(mlir::Value a, mlir::Value b);
  mlir::Value mulI(mlir::Value a, mlir::Value b);
  mlir::Value divI(mlir::Value a, mlir::Value b); ///< towards 0; b > 0
  mlir::Value remI(mlir::Value a, mlir::Value b); ///< a - b divI(a, b)
  mlir::Value andI(mlir::Value a, mlir::Value b);
  mlir::Value xorI(mlir::Value a, mlir::Value b);
  mlir::Value shiftRightUnsigned(mlir::Value a, int64_t places);
  mlir::Value toF64(mlir::Value integerOrF32);
  mlir::Value bitcast(mlir::Value a, mlir::Type type);
  mlir::Value toI64(mlir::Value f64, int64_t low, int64_t high);
  /// Round to nearest even in integer operations; the result is i16.
  mlir::Value toBf16Bits(mlir::Value f32);
  mlir::Value fromBf16Bits(mlir::Value i16);

  // Our own f64 routines. A NaN argument gives NaN; a constant argument folds.
  mlir::Value exp(mlir::Value x);
  mlir::Value exp(DoubleDouble x);
  mlir::Value log(mlir::Value x); ///< natural; -inf at 0, NaN below
  mlir::Value log1p(mlir::Value x);
  /// x finite and >= 0; pow(0, y) is 0, 1 or inf by the sign of y.
  mlir::Value pow(mlir::Value x, mlir::Value y);
  mlir::Value sinpi(mlir::Value x); ///< sin(pi x), x finite
  mlir::Value cospi(mlir::Value x);
  mlir::Value floor(mlir::Value x); ///< f64; NaN and infinities stay
  /// Both at once, of pi x for |x| <= 1/4; the long ones to about 2^-56.
  SineCosine sincospiQuarter(DoubleDouble x);
  LongSineCosine sincospiQuarterDoubleDouble(DoubleDouble x);
  /// 2^exponent, an i64 from -1022 to 1023.
  mlir::Value powerOfTwo(mlir::Value exponent);

  // Double-double helpers.
  DoubleDouble twoSum(mlir::Value a, mlir::Value b);
  DoubleDouble fastTwoSum(mlir::Value a, mlir::Value b); ///< |a| >= |b|
  DoubleDouble twoProduct(mlir::Value a, mlir::Value b);
  DoubleDouble add(DoubleDouble a, DoubleDouble b);
  DoubleDouble negate(DoubleDouble a);
  DoubleDouble multiply(DoubleDouble a, DoubleDouble b);
  DoubleDouble divide(mlir::Value a, mlir::Value b);
  DoubleDouble divide(DoubleDouble a, DoubleDouble b);
  /// x > 0 and finite: natural logarithm to about 2^-68 of its value.
  DoubleDouble logDoubleDouble(mlir::Value x);
  DoubleDouble logDoubleDouble(DoubleDouble x);
  /// log(1 + x) for x >= 0, to about 2^-100 absolutely.
  DoubleDouble log1pDoubleDouble(DoubleDouble x);
  /// log(1 - x) for 0 <= x < 1, to about 2^-68 of its value.
  DoubleDouble log1mDoubleDouble(DoubleDouble x);
  /// exp(x) and exp(x) - 1, each to about 2^-68 of its value.
  DoubleDouble expDoubleDouble(DoubleDouble x);
  DoubleDouble expm1DoubleDouble(DoubleDouble x);

private:
  template <class OpType, class... Arguments>
  mlir::Value emit(Arguments &&...arguments);
  mlir::Value polynomial(mlir::Value x, mlir::ArrayRef<double> coefficients);
  mlir::Value scaleByPowerOfTwo(mlir::Value x, mlir::Value exponent);
  DoubleDouble reduceExponent(DoubleDouble x, mlir::Value &exponent);
  DoubleDouble expm1Series(DoubleDouble r);
  mlir::Value quarterArgument(mlir::Value y, mlir::Value &isNear);
  mlir::Value reduceToOneTurn(mlir::Value x);
  DoubleDouble twiceArtanh(DoubleDouble s);
  mlir::Value fixLogEnds(mlir::Value x, mlir::Value logarithm);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// A point of a phase: the fraction numerator/denominator, both i64, 0 <=
/// numerator <= denominator, and the two ends of the track that follows it.
struct CurvePoint {
  mlir::Value numerator, denominator;
  mlir::Value from, to; ///< f64
  int64_t steps;        ///< length of the phase

  /// Whether a point on an edge between two pieces of the curve belongs to the
  /// one that ends there. Else it belongs to the one that begins there, but for
  /// the phase's own end.
  bool closes = false;
  mlir::Value index{}; ///< i64: steps made in the phase before this one
};

/// What a group's uniforms may depend on.
struct StepPoint {
  mlir::Value step;        ///< i64: index of the update being made, from 0
  mlir::Value momentum;    ///< f64 track; null where no phase names it
  mlir::Value lr;          ///< f64, with the group's lr_scale in it
  mlir::Value weightDecay; ///< f64, the group's
};

/// One element's update. Uniforms are f32, rounded once from f64.
struct ElementPoint {
  mlir::Value index;                    ///< i64: logical index in the arena
  mlir::Value gradient;                 ///< f32, already scaled and clipped
  mlir::Value parameter;                ///< f32
  mlir::SmallVector<mlir::Value> slots; ///< as getSlots
  mlir::Value lr;          ///< f32, with the group's lr_scale in it
  mlir::Value weightDecay; ///< f32
  mlir::SmallVector<mlir::Value> uniforms; ///< f32, as getUniforms
};

enum class SlotExtent { element, block, row, column, tensor, group };

/// State that an optimizer keeps between steps, f32 until a dtype is needed.
struct SlotSpec {
  std::string name; ///< as in optimizer.safetensors: exp_avg
  SlotExtent extent = SlotExtent::element;
  double fill = 0;
};

} // namespace dsc

#endif // DSC_DIALECT_DSC_SCALAR_H
