//===- Phases.td - the catalogue of schedule phases ---------*- tablegen -*-===//

#ifndef DSC_PHASES_TD
#define DSC_PHASES_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

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
  Key<"factor", Text, "the name of a list of phases of its own over the whole run, whose values multiply the LR;"
      " in it the peak is 1">
];

defvar endlessPhaseKeys = !listconcat([
  Key<"name", Text, "names the phase in logs and for overlays; default: its kind">,
  Key<"length", Duration, "how long the phase lasts", "",
      ["num_steps", "duration", "warmup_steps", "num_warmup_steps", "warmup_num_steps",
       "warmup_ratio", "warmup_iters", "decay_steps", "lr_decay_iters", "total_num_steps"]>,
  Key<"from", Amount, "LR at the start; default: where the phase before it ends", "",
      ["start", "start_lr", "warmup_min_lr", "warmup_init_lr", "start_factor"]>,
  Key<"inclusive", OneOf<["left", "right", "both", "neither"]>, "which ends a step of the phase can lie on; default: the schedule's">,
  Key<"momentum", Track, "momentum (beta1) through the phase">,
  Key<"weight_decay", Track, "weight decay through the phase">
], modifierKeys);
defvar phaseKeys = !listconcat(
  endlessPhaseKeys, [Key<"to", Amount, "LR at the end; default: the peak", "",
      ["end", "end_lr", "min_lr", "min_lr_ratio", "eta_min", "final_lr", "lr_end", "cycle_min_lr"]>]);

defvar resolvedPhase = (ins OptionalAttr<I64Attr>:$begin, OptionalAttr<I64Attr>:$end,
                            OptionalAttr<F64Attr>:$start, OptionalAttr<F64Attr>:$finish,
                            OptionalAttr<DictionaryAttr>:$tracks,
                            OptionalAttr<F64Attr>:$lowest, OptionalAttr<F64Attr>:$highest);

/// A phase of kind `k`. Passes fill `begin`, `end` (steps, [begin, end)), `start`
/// and `finish` (LR at both ends), `tracks` ({momentum = [a, b], ...}) and
/// `lowest` and `highest` (what `min` and `max` come to).
class Dsc_Phase<string mnemonic, string k, list<Key> keys_ = phaseKeys,
                list<string> overridden = []>
    : Dsc_Table<mnemonic, "schedule.phase", keys_, [],
                [DeclareOpInterfaceMethods<Dsc_PhaseInterface, overridden>]> {
  let kind = k;
  let array = 1;
  let resolved = resolvedPhase;
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// In the formulas x is the fraction of the phase that `inclusive` gives a step
// (of n steps, step j: left j/n, right (j+1)/n, both j/(n-1), neither
// (j+1)/(n+1)), always as a quotient of integers.
//===----------------------------------------------------------------------===//

def Dsc_ConstantOp : Dsc_Phase<"constant", "constant", endlessPhaseKeys, ["moves"]> {
  let summary = "one value";
  let description = [{
    `from` at every step. There is no `to`: the phase ends where it starts.
  }];
}

def Dsc_LinearOp : Dsc_Phase<"linear", "linear"> {
  let summary = "a straight line";
  let description = [{
    `from (1 - x) + to x`, with both weights as quotients of integers, so that a
    fall to a small value keeps its relative accuracy to the last step.
  }];
}

def Dsc_LogOp : Dsc_Phase<"log", "log"> {
  let summary = "fast at first, then ever slower";
  let description = [{
    `from + (to - from) ln(1 + n x) / ln(1 + n)` over n steps: at x = 0 it is
    `from`, at x = 1 it is `to`. The shape is that of DeepSpeed's logarithmic
    warm-up, `ln(k) / ln(W)`, started at its first step that moves. It is computed as
    `from w + to v` with `v = ln(1 + n x) / ln(1 + n)` and
    `w = ln((1 + n) / (1 + n x)) / ln(1 + n)`.
  }];
}

def Dsc_CosineOp : Dsc_Phase<"cosine", "cosine"> {
  let summary = "half a cosine wave";
  let description = [{
    `to + (from - to) (1 + cos(pi x)) / 2` (Loshchilov and Hutter, SGDR,
    arXiv 1608.03983, without restarts), computed as
    `from cos^2(pi x / 2) + to sin^2(pi x / 2)` with the angle counted from the
    nearer end.
  }];
}

def Dsc_ExponentialOp : Dsc_Phase<"exponential", "exponential", phaseKeys,
                                  ["expectedEnds"]> {
  let summary = "the same factor at every step";
  let description = [{
    `from (to / from)^x`, a straight line on a logarithmic axis. Both ends must be
    positive.
  }];
}

def Dsc_ExprOp : Dsc_Phase<"expr", "expr", !listconcat(endlessPhaseKeys, [
    RequiredKey<"formula", Text, "the LR as a formula over t, k, n, start, peak and floor">,
    Key<"to", Amount, "what the formula calls floor", "", ["end", "end_lr", "min_lr", "eta_min"]>])> {
  let summary = "a formula";
  let description = [{
    `formula` gives the LR at every step, as in
    `"floor + (peak - floor) * (1 - t) ^ 2"`. It may name

    | name | value |
    | --- | --- |
    | `t` | the fraction of the phase, from 0 to 1, that `inclusive` gives the step |
    | `k`, `n` | the steps made in the phase before this one; the phase's length |
    | `start` | `from`, or where the phase before ends |
    | `peak` | the schedule's peak |
    | `floor` | `to` |
    | `pi` | 3.14159... |

    and has numbers, `+ - * / ^`, parentheses, `min(a, b, ...)`, `max(a, b, ...)`,
    `clamp(x, low, high)`, `exp(x)`, `log(x)` (natural), `sqrt(x)`, `pow(x, y)`,
    `sinpi(x)` and `cospi(x)` (of pi times x), `abs(x)`, `floor(x)`,
    `step(edge, x)` (0 below the edge, else 1) and `where(a < b, x, y)` with
    `< <= > >= == !=`. `^` binds tightest and to the right: `-t^2` is `-(t^2)`. The
    next phase starts from the formula's value at t = 1, k = n.

    Every value must be from 0 to 1e30. Phases of up to a million steps are
    checked at every step when a recipe is checked or compiled, longer ones at both
    ends and at a million steps between; a run stops before a step whose LR is none.
    Both branches of `where` are computed, and the one that is not chosen may be
    anything.
  }];
  let hasVerifier = 1;
  let resolved = !con(resolvedPhase, (ins OptionalAttr<F64Attr>:$peak_value,
                                          OptionalAttr<F64Attr>:$floor_value));
}

#endif // DSC_PHASES_TD
