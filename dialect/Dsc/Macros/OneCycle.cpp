//===- OneCycle.cpp - up, down, and on to almost nothing ------------------===//
//
// Smith, "A disciplined approach to neural network hyper-parameters", arXiv
// 1803.09820. The rise has both its ends and each fall begins a step after the
// one before it ended, which is where PyTorch's OneCycleLR puts its steps.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Macros/Expansion.h"

using namespace mlir;
using namespace dsc;

/// from / (1 + t (from / to - 1)), which is `to` at t = 1.
static constexpr llvm::StringLiteral inverseFall =
    "start * floor / (floor + (start - floor) * t)";

static double numberOr(FloatAttr attribute, double fallback) {
  return attribute ? attribute.getValueAsDouble() : fallback;
}

/// The momentum's way back.
static DictionaryAttr reversed(DictionaryAttr track) {
  if (!track || !track.get("from") || !track.get("to"))
    return track;
  Builder builder(track.getContext());
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("from", track.get("to")),
       builder.getNamedAttr("to", track.get("from"))});
}

static void addTail(MacroExpansion &macro, LengthAttr length, StringRef shape,
                    Attribute inclusive) {
  StringRef curve = macro.get<StringAttr>("tail_shape")
                        ? macro.get<StringAttr>("tail_shape").getValue()
                        : shape;
  bool inverse = curve == "inverse";
  Attribute formula =
      inverse ? StringAttr::get(macro.getContext(), inverseFall) : StringAttr();
  macro.add(inverse ? "expr" : curve, "tail",
            {{"length", length, "tail"},
             {"formula", formula, "tail_shape"},
             {"to", macro.get<AmountAttr>("to"), "to"},
             {"inclusive", inclusive, "inclusive"}});
}

LogicalResult dsc::expandCycle(MacroExpansion &macro, StringRef bottom) {
  double rise = numberOr(macro.get<FloatAttr>("rise"), 0);
  double tail = numberOr(macro.get<FloatAttr>("tail"), 0);
  auto length = macro.get<LengthAttr>("length");
  LengthAttr up = macro.shareOf(length, rise);
  LengthAttr last = tail > 0 ? macro.shareOf(length, tail) : LengthAttr();
  StringRef shape = macro.get<StringAttr>("shape")
                        ? macro.get<StringAttr>("shape").getValue()
                        : "cosine";
  auto inclusive = macro.get<StringAttr>("inclusive");
  auto momentum = macro.get<DictionaryAttr>("momentum");
  Attribute both = inclusive, right = inclusive;
  if (!inclusive) {
    both = StringAttr::get(macro.getContext(), "both");
    right = StringAttr::get(macro.getContext(), "right");
  }
  macro.add(shape, "up",
            {{"length", up, "rise"},
             {"from", macro.get<AmountAttr>(bottom), bottom},
             {"to", macro.get<AmountAttr>("top"), "top"},
             {"momentum", momentum, "momentum"},
             {"inclusive", both, "inclusive"}});
  StringRef fallsTo = last ? bottom : "to";
  macro.add(shape, "down",
            {{"length", macro.leave(length, {up, last}), "length"},
             {"to", macro.get<AmountAttr>(fallsTo), fallsTo},
             {"momentum", reversed(momentum), "momentum"},
             {"inclusive", right, "inclusive"}});
  if (last)
    addTail(macro, last, shape, right);
  return success();
}

/// The shares must leave something to fall in.
static LogicalResult checkShares(Operation *macro) {
  double rise = numberOr(macro->getAttrOfType<FloatAttr>("rise"), 0);
  auto tail = macro->getAttrOfType<FloatAttr>("tail");
  // one_cycle_c1
  if (macro->hasAttr("tail_shape") && !tail)
    return emitKeyError(macro, "tail_shape")
           << "'tail_shape' has no effect without 'tail', expected both";
  // one_cycle_c2
  if (rise + numberOr(tail, 0) >= 1)
    return emitKeyError(macro, tail ? "tail" : "rise")
           << "the rise and the tail leave nothing to fall in: expected shares "
              "that add up to less than 100%";
  return success();
}

LogicalResult OneCycleOp::expand(MacroExpansion &macro) {
  if (failed(checkShares(*this)))
    return failure();
  return expandCycle(macro, "from");
}

LogicalResult WarmupOneCycleOp::expand(MacroExpansion &macro) {
  if (failed(checkShares(*this)))
    return failure();
  if (!macro.addNamed("warmup_kind", "warmup",
                      {{"length", getWarmupAttr(), "warmup"},
                       {"from", getFromAttr(), "from"},
                       {"to", getBottomAttr(), "bottom"},
                       {"inclusive", getInclusiveAttr(), "inclusive"}}))
    return failure();
  return expandCycle(macro, "bottom");
}
