//===- Constant.cpp - one value -------------------------------------------===//

#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

bool ConstantOp::moves() { return false; }

Value ConstantOp::emitCurve(Scalar &s, const CurvePoint &p) { return p.from; }
