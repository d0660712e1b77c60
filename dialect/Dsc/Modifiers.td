//===- Modifiers.td - what may be done to any curve --------*- tablegen -*-===//

#ifndef DSC_MODIFIERS_TD
#define DSC_MODIFIERS_TD

include "dialect/Dsc/DscBase.td"

/// Keys that change what a phase makes of its curve, or where its value goes.
/// In this order: stairs act on the fraction, then the curve, then noise, then
/// the bounds.
defvar modifierKeys = [
  Key<"stairs", StairCount, "makes the curve a staircase of this many steps", "",
      ["stair_count", "cycle_first_stair_count"]>,
  Key<"stair_rounding", OneOf<["floor", "round"]>,
      "whether a stair begins where the curve reaches it, or half a stair before; default: \"floor\"">,
  Key<"noise", Share, "shakes the LR at each step by up to this share of it, drawn by `noise_seed`", "",
      ["noise_pct", "lr_noise_pct", "noise_range_t"]>,
  Key<"noise_seed", Natural, "draws the noise; default: 0">,
  Key<"min", Amount, "the LR of the phase never falls below this", "", ["min_value"]>,
  Key<"max", Amount, "the LR of the phase never rises above this", "", ["max_value"]>,
  Key<"multiplier", Text, "the name of a list of phases of its own over the whole run, whose values multiply the LR;"
      " in it the peak is 1">
];

#endif // DSC_MODIFIERS_TD
