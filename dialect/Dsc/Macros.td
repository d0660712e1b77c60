//===- Macros.td - kinds that stand for several phases ------*- tablegen -*-===//
//
// Shapes that people know by one name. Each becomes phases before lengths are
// resolved, so that the resolved recipe, plots and logs show what it is made of.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_MACROS_TD
#define DSC_MACROS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"
include "dialect/Dsc/Modifiers.td"

defvar macroName = Key<"name", Text, "begins the names of its phases; default: its kind">;
defvar macroInclusive = Key<"inclusive", OneOf<["left", "right", "both", "neither"]>,
    "which ends the steps of all its phases can lie on; default: the schedule's">;

/// A macro of kind `k`, replaced by phases named after it, each of which gets its
/// modifiers.
class Dsc_Macro<string k, list<Key> keys_>
    : Dsc_Table<k, "schedule.phase", !listconcat([macroName], keys_, modifierKeys), [],
                [DeclareOpInterfaceMethods<Dsc_MacroInterface>]> {
  let kind = k;
  let array = 1;
  let assemblyFormat = "attr-dict";
}

defvar oneCycleKeys = [
  Key<"length", Duration, "how long the cycle lasts, tail included", "\"rest\"", ["total_steps"]>,
  Key<"rise", Share, "share of the length in which the LR rises", "\"30%\"", ["pct_start"]>,
  Key<"tail", Share, "share of the length after the fall, down to `to`; default: none, the fall ends at `to`">,
  Key<"shape", OneOf<["linear", "cosine"]>, "curve of the rise and the fall", "\"cosine\"", ["anneal_strategy"]>,
  Key<"tail_shape", OneOf<["linear", "cosine", "inverse"]>,
      "curve of the tail; inverse: divided by a number that grows in a straight line; default: as `shape`">,
  Key<"top", Amount, "LR at the top", "\"100%\"", ["cycle_max_lr"]>,
  Key<"to", Amount, "LR at the end", "\"0.0004%\"", ["final_lr"]>,
  Key<"momentum", Track, "momentum (beta1): `from` at the bottom, `to` at the top">,
  Key<"inclusive", OneOf<["left", "right", "both", "neither"]>,
      "which ends the steps of all its phases can lie on; default: \"both\" for the rise, \"right\" after it">
];

def Dsc_OneCycleOp : Dsc_Macro<"one_cycle", !listconcat([
    Key<"from", Amount, "LR at the start", "\"4%\"", ["initial_lr"]>], oneCycleKeys)> {
  let summary = "up to the top, down again, and on to almost nothing";
  let description = [{
    Smith's 1cycle. Without a `tail` it has the steps of PyTorch's OneCycleLR, whose
    defaults these are; with one it has those of `three_phase`: set it to what twice
    the rise leaves. Phases: up, down, and tail.
  }];
}

def Dsc_WarmupOneCycleOp : Dsc_Macro<"warmup_one_cycle", !listconcat([
    Key<"warmup", Duration, "how long the warm-up lasts", "\"5%\"", ["warmup_num_steps", "warmup_steps"]>,
    Key<"warmup_kind", Text, "kind of phase that warms up", "\"linear\"", ["warmup_type"]>,
    Key<"from", Amount, "LR at the start of the warm-up", "0.0", ["warmup_min_lr"]>,
    Key<"bottom", Amount, "LR at the end of the warm-up, from which the cycle rises and to which it falls", "\"10%\"",
        ["warmup_max_lr", "cycle_min_lr"]>], oneCycleKeys)> {
  let summary = "a warm-up, then one cycle";
  let description = [{
    A warm-up to `bottom`, then what `one_cycle` makes of the rest of the keys. Phases:
    warmup, up, down, and tail.
  }];
}

def Dsc_TrapezoidOp : Dsc_Macro<"trapezoid", [
    Key<"warmup", Duration, "how long the warm-up lasts", "\"5%\"", ["warmup_steps"]>,
    Key<"hold", Duration, "how long the LR stays at the top", "\"rest\"", ["num_stable_steps"]>,
    Key<"cooldown", Duration, "how long the cooldown lasts", "\"20%\"", ["num_decay_steps", "decay_steps"]>,
    Key<"warmup_kind", Text, "kind of phase that warms up", "\"linear\"", ["warmup_type"]>,
    Key<"cooldown_kind", Text, "kind of phase that cools down", "\"linear\"", ["decay_type"]>,
    Key<"from", Amount, "LR at the start", "0.0">,
    Key<"top", Amount, "LR between", "\"100%\"">,
    Key<"to", Amount, "LR at the end", "\"1%\"", ["min_lr_ratio"]>,
    macroInclusive]> {
  let kindOthers = ["wsd", "wsd_schedule", "warmup_stable_decay"];
  let summary = "warm up, hold, cool down (WSD)";
  let description = [{
    Warm-up, stable, decay. The kinds may be any that take `from` and `to` and need no
    key of their own. Phases: warmup, hold, cooldown.
  }];
}

#endif // DSC_MACROS_TD
