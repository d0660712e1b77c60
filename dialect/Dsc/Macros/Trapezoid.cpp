//===- Trapezoid.cpp - warm up, hold, cool down ---------------------------===//

#include "dialect/Dsc/Macros/Expansion.h"

using namespace mlir;
using namespace dsc;

LogicalResult TrapezoidOp::expand(MacroExpansion &macro) {
  Attribute inclusive = getInclusiveAttr();
  bool ok = macro.addNamed("warmup_kind", "warmup",
                           {{"length", getWarmupAttr(), "warmup"},
                            {"from", getFromAttr(), "from"},
                            {"to", getTopAttr(), "top"},
                            {"inclusive", inclusive, "inclusive"}});
  macro.add("constant", "hold",
            {{"length", getHoldAttr(), "hold"},
             {"inclusive", inclusive, "inclusive"}});
  ok &= macro.addNamed("cooldown_kind", "cooldown",
                       {{"length", getCooldownAttr(), "cooldown"},
                        {"to", getToAttr(), "to"},
                        {"inclusive", inclusive, "inclusive"}}) != nullptr;
  return success(ok);
}
