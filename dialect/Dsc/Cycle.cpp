//===- Cycle.cpp - cycles of a rise and a fall ----------------------------===//

#include "dialect/Dsc/Cycle.h"

using namespace mlir;
using namespace dsc;

Cycle dsc::emitCycle(Scalar &s, Operation *phase, const Position &position,
                     int64_t steps) {
  auto lengthOr = [&](StringRef key, int64_t otherwise) {
    return phase->hasAttr(key) ? stepsOf(phase, key) : otherwise;
  };
  // Without lengths the phase is one cycle.
  int64_t half = std::max<int64_t>(steps / 2, 1);
  bool isGiven = phase->hasAttr("up");
  int64_t up = lengthOr("up", half);
  int64_t down =
      lengthOr("down", isGiven ? up : std::max<int64_t>(steps - half, 1));
  Value index = position.pieceOf(s, up + down);
  Value begin = s.mulI(index, s.i64(up + down));
  Value top = s.addI(begin, s.i64(up));
  Stretch rise = position.within(s, begin, s.i64(up));
  Stretch fall = position.within(s, top, s.i64(down));
  Value isFalling = position.isPast(s, top);
  return {index,
          {s.select(isFalling, fall.passed.high, rise.remaining.high),
           s.select(isFalling, fall.remaining.high, rise.passed.high)}};
}
