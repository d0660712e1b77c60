//===- Given.td - as the recipe draws it -------------------*- tablegen -*-===//

#ifndef DSC_PHASES_GIVEN_TD
#define DSC_PHASES_GIVEN_TD

include "dialect/Dsc/Phases/Phase.td"

def Dsc_PiecewiseOp : Dsc_Phase<"piecewise", "piecewise", !listconcat(endlessPhaseKeys, [
    RequiredKey<"points", Points, "places, from the start of the phase, and the values there", ["knots", "boundaries_and_scales"]>,
    Key<"interpolation", OneOf<["constant", "linear", "cosine"]>, "how the curve runs from one point to the next",
        "\"linear\"", ["interpolate_type", "interpolate"]>
  ]), ["runsTo", "checkResolved"],
    ["piecewise_interpolate_schedule", "piecewise_linear", "piecewiselinear", "table", "points", "interpolate"]> {
  let summary = "through given points";
  let description = [{
    From `from` at the start of the phase through the points: in straight lines, half cosine waves,
    or holding each value until the next place. After the last point its value holds.
  }];
}

def Dsc_RangeTestOp : Dsc_Phase<"range_test", "range_test", !listconcat(phaseKeys, [
    Key<"ramp", OneOf<["exponential", "linear", "staircase"]>, "how the learning rate rises", "\"exponential\"",
        ["mode", "step_mode", "lr_range_test_staircase"]>,
    Key<"interval", Duration, "steps to which rate belongs, or of a stair", "",
        ["lr_range_test_step_size"]>,
    Key<"rate", Positive, "growth for each interval, as a share of from; in place of to", "",
        ["lr_range_test_step_rate"]>
  ]), ["expectedEnds", "runsTo", "checkResolved"],
    ["lrrangetest", "lr_range_test", "lr_find", "lr_finder", "lrfinder"]> {
  let summary = "a rise through all learning rates that may be of use";
  let description = [{
    From `from` to `to`: `from (to / from)^x`, a straight line, or stairs of `interval` steps
    on that line. With `rate` in place of `to` the line is `from (1 + rate n x / interval)` over n steps, which is
    DeepSpeed's; in stairs it is floor(n x / interval) that counts.
  }];
}

def Dsc_ExprOp : Dsc_Phase<"expr", "expr", !listconcat(endlessPhaseKeys, [
    RequiredKey<"formula", Text, "the LR as a formula over t (fraction), k (step in the phase), n (its length), "
        "start (`from`), peak, floor (`to`) and pi: + - * / ^, min, max, clamp(x, low, high), exp, log, sqrt, pow, "
        "sinpi, cospi, abs, floor(x), step(edge, x), where(a < b, x, y)">,
    Key<"to", Amount, "what the formula calls floor", "", ["end", "end_lr", "min_lr", "eta_min"]>]),
    ["runsTo"], ["lambda", "lambdalr", "lambda_lr", "formula", "function", "custom"]> {
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

    Every value must be from 0 to 1e30, also at t = 0 and at t = 1. Phases of up to a million steps are
    checked at every step when a recipe is checked or compiled, longer ones at both
    ends and at a million steps between; a run stops before a step whose LR is not
    such a number.
    Both branches of `where` are computed, and the one that is not chosen may be
    anything.
  }];
  let hasVerifier = 1;
  let resolved = !con(resolvedPhase, (ins OptionalAttr<F64Attr>:$peak_value,
                                          OptionalAttr<F64Attr>:$floor_value));
}

#endif // DSC_PHASES_GIVEN_TD
