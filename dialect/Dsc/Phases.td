//===- Phases.td - the catalogue of schedule phases ---------*- tablegen -*-===//

#ifndef DSC_PHASES_TD
#define DSC_PHASES_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"
include "dialect/Dsc/Reactions.td"

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

defvar endlessPhaseKeys = !listconcat([
  Key<"name", Text, "names the phase in logs and for overlays; default: its kind">,
  Key<"length", Duration, "how long the phase lasts", "",
      ["num_steps", "duration", "warmup_steps", "num_warmup_steps", "warmup_num_steps",
       "warmup_ratio", "warmup_iters", "decay_steps", "lr_decay_iters", "total_num_steps"]>,
  Key<"from", Amount, "LR at the start; default: where the phase before it ends", "",
      ["start", "start_lr", "warmup_min_lr", "warmup_init_lr", "start_factor"]>,
  Key<"inclusive", OneOf<["left", "right", "both", "neither"]>, "which ends a step of the phase can lie on; default: the schedule's">,
  Key<"momentum", Track, "momentum (beta1) through the phase">,
  Key<"weight_decay", Track, "weight decay through the phase">,
  Key<"until", Until, "ends the phase early, when the metric gets no better: `length` is then a maximum", "",
      ["patience", "early_stop"]>
], modifierKeys);
defvar phaseKeys = !listconcat(
  endlessPhaseKeys, [Key<"to", Amount, "LR at the end; default: the peak", "",
      ["end", "end_lr", "min_lr", "min_lr_ratio", "eta_min", "final_lr", "lr_end", "cycle_min_lr"]>]);

// Kinds whose height does not come from where the phase before ended.
defvar startlessPhaseKeys = !filter(k, endlessPhaseKeys, !ne(k.name, "from"));

defvar resolvedPhase = (ins OptionalAttr<I64Attr>:$begin, OptionalAttr<I64Attr>:$end,
                            OptionalAttr<F64Attr>:$start, OptionalAttr<F64Attr>:$finish,
                            OptionalAttr<DictionaryAttr>:$tracks, OptionalAttr<F64ArrayAttr>:$ends,
                            OptionalAttr<DictionaryAttr>:$own_steps,
                            OptionalAttr<DictionaryAttr>:$own_rates,
                            OptionalAttr<DictionaryAttr>:$reaction);

/// A phase of kind `k`. Passes fill `begin`, `end` (steps, [begin, end)), `start`
/// and `finish` (LR at both ends), `tracks` ({momentum = [from, to], ...}), where
/// it is not [start, finish] `ends` ([from, to]), and for keys of the kind's own
/// `own_steps` and `own_rates`: lengths as steps, amounts as learning rates; where a
/// phase can end early also `reaction` (Transforms/Schedule/Reactions.h).
class Dsc_Phase<string mnemonic, string k, list<Key> keys_ = phaseKeys,
                list<string> overridden = [], list<string> others = []>
    : Dsc_Table<mnemonic, "schedule.phase", keys_, [],
                [DeclareOpInterfaceMethods<Dsc_PhaseInterface, overridden>]> {
  let kind = k;
  let kindOthers = others;
  let array = 1;
  let resolved = resolvedPhase;
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// In the formulas x is the fraction of the phase that `inclusive` gives a step
// (of n steps, step j: left j/n, right (j+1)/n, both j/(n-1), neither
// (j+1)/(n+1)), always as a quotient of integers.
//===----------------------------------------------------------------------===//

def Dsc_ConstantOp : Dsc_Phase<"constant", "constant", endlessPhaseKeys, ["moves"],
    ["constantlr", "constant_schedule", "constant_with_warmup", "hold", "flat", "plateau", "stable"]> {
  let summary = "one value";
  let description = [{
    `from` at every step. There is no `to`: the phase ends where it starts.
  }];
}

def Dsc_LinearOp : Dsc_Phase<"linear", "linear", phaseKeys, [],
    ["linearlr", "linear_schedule", "linear_with_warmup", "linearwarmup", "linear_warmup",
     "linear_decay", "warmuplr", "warmup", "warmupannealing"]> {
  let summary = "a straight line";
  let description = [{
    `from (1 - x) + to x`, with both weights as quotients of integers, so that a
    fall to a small value keeps its relative accuracy to the last step.
  }];
}

def Dsc_LogOp : Dsc_Phase<"log", "log", phaseKeys, [], ["logarithmic", "log_warmup"]> {
  let summary = "fast at first, then ever slower";
  let description = [{
    `from + (to - from) ln(1 + n x) / ln(1 + n)` over n steps: at x = 0 it is
    `from`, at x = 1 it is `to`. The shape is that of DeepSpeed's logarithmic
    warm-up, `ln(k) / ln(W)`, started at its first step that moves. It is computed as
    `from w + to v` with `v = ln(1 + n x) / ln(1 + n)` and
    `w = ln((1 + n) / (1 + n x)) / ln(1 + n)`.
  }];
}

def Dsc_CosineOp : Dsc_Phase<"cosine", "cosine", !listconcat(phaseKeys, [
    Key<"cycles", NumberFrom<"1e-3", "1e6">, "whole waves; default: half a wave, 0.5", "",
        ["num_cycles"]>,
    Key<"exponent", NumberFrom<"1e-3", "16">, "power of the wave; default: 1", "", ["alpha_exponent"]>
  ]), [],
    ["cosineannealinglr", "cosine_annealing", "cosineannealing", "cosinelrscheduler", "cosine_decay",
     "cosine_decay_schedule", "cosineannealingscheduler", "cosine_with_min_lr", "half_cosine",
     "cosine_schedule", "cosine_schedule_with_warmup"]> {
  let summary = "half a cosine wave, or several";
  let description = [{
    `to + (from - to) ((1 + cos(2 pi cycles x)) / 2)^exponent`, by default half a
    wave (Loshchilov and Hutter, SGDR, arXiv 1608.03983, without restarts): computed
    as `from cos^2(pi x / 2) + to sin^2(pi x / 2)` with the angle counted from the
    nearer end. From 0 to the peak it is the warm-up `(1 - cos(pi x)) / 2`. With
    `cycles` in whole waves the phase ends where it starts. `cycles` is
    Transformers' num_cycles, `exponent` that of optax.
  }];
}

def Dsc_CosineRestartsOp : Dsc_Phase<"cosine_restarts", "cosine_restarts", !listconcat(phaseKeys, [
    Key<"cycles", CountUpTo<9000>, "falls from the start to the end", "1", ["num_cycles", "restarts"]>
  ]), [],
    ["cosine_with_restarts", "cosine_with_hard_restarts_schedule_with_warmup",
     "cosine_hard_restarts"]> {
  let summary = "equal half waves, each from the start again";
  let description = [{
    `to + (from - to) (1 + cos(pi (cycles x mod 1))) / 2`. The step that `inclusive`
    puts on a restart is the last of the fall that ends there with "right", else
    the first of the next; the phase ends at `to`.
  }];
}

def Dsc_SgdrOp : Dsc_Phase<"sgdr", "sgdr", !listconcat(phaseKeys, [
    Key<"first", Duration, "length of the first cycle", "",
        ["t_0", "first_cycle_steps", "t_initial", "cycle_steps", "restart_period"]>,
    Key<"cycles", CountUpTo<9000>, "cycles in the phase, in place of first", "", ["num_cycles", "cycle_limit"]>,
    Key<"growth", NumberFrom<"1", "1e6">, "factor on the length of each next cycle", "1.0",
        ["t_mult", "t_mul", "cycle_mult", "cycle_mul"]>,
    Key<"decay", NumberFrom<"1e-6", "1">, "factor on the start of each next cycle", "1.0",
        ["cycle_decay", "cycle_gamma", "m_mul"]>
  ]), ["checkResolved"],
    ["cosineannealingwarmrestarts", "cosine_annealing_warm_restarts", "cosineannealingwarmuprestarts",
     "cosineannealingwarmrestartsscheduler", "warm_restarts", "sgdr_schedule"]> {
  let summary = "half waves that grow longer and start lower";
  let description = [{
    Cycle i falls from `from decay^i` to `to` over `first growth^i` steps as half a
    cosine wave (arXiv 1608.03983). Where `growth` is not 1, the first steps of
    cycles are rounded to whole steps, and there are at most 256. On an edge a step belongs
    to the cycle that ends there with inclusive = "right", else to the next.
  }];
}

def Dsc_OneMinusSqrtOp : Dsc_Phase<"one_minus_sqrt", "one_minus_sqrt", phaseKeys, [],
    ["1-sqrt", "1_sqrt", "minus_sqrt"]> {
  let summary = "a fall of 1 - sqrt(x): fast at first";
  let description = [{
    `to + (from - to) (1 - sqrt(x))`: the cooldown of WSD schedules (Haegele and
    others, arXiv 2405.18392), which some libraries call sqrt.
  }];
}

def Dsc_OneMinusSquareOp : Dsc_Phase<"one_minus_square", "one_minus_square", phaseKeys, [],
    ["1-square", "1_square", "1-x^2", "quadratic_warmup"]> {
  let summary = "a fall of 1 - x^2: slow at first";
  let description = [{
    `to + (from - to) (1 - x^2)`. From 0 to the peak it is the warm-up `x^2`.
  }];
}

def Dsc_SqrtOp : Dsc_Phase<"sqrt", "sqrt", phaseKeys, [],
    ["square_root", "squarerootannealing", "squareroot_annealing"]> {
  let summary = "a fall of sqrt(1 - x): slow at first, steep at the end";
  let description = [{
    `to + (from - to) sqrt(1 - x)`, NeMo's square-root annealing. The cooldown
    `1 - sqrt(x)`, which other libraries call sqrt, is `one_minus_sqrt`. From 0 to
    the peak it is the warm-up `1 - sqrt(1 - x)`.
  }];
}

def Dsc_PolynomialOp : Dsc_Phase<"polynomial", "polynomial", !listconcat(phaseKeys, [
    Key<"power", NumberFrom<"1e-3", "100">, "power of what is left of the phase", "1.0", ["poly_power", "lr_power"]>,
    Key<"k_decay", NumberFrom<"1e-3", "100">, "power of what has passed of it; default: 1", "", ["k", "kappa"]>
  ]), [],
    ["poly", "polynomiallr", "polylrscheduler", "polynomial_decay", "polynomial_decay_schedule_with_warmup",
     "polynomialdecay", "polynomialdecayannealing", "polynomial_schedule", "square", "squareannealing"]> {
  let summary = "a power of what is left";
  let description = [{
    `to + (from - to) (1 - x^k_decay)^power`. A power of 2 is the square annealing
    of NeMo; `k_decay` is timm's (arXiv 2004.05909).
  }];
}

def Dsc_ExponentialOp : Dsc_Phase<"exponential", "exponential", !listconcat(phaseKeys, [
    Key<"gamma", NumberFrom<"1e-6", "1e6">, "factor for each `every`, in place of to", "", ["decay_rate", "lr_gamma"]>,
    Key<"every", Duration, "steps to which gamma belongs; default: 1 step", "", ["transition_steps"]>
  ]), ["expectedEnds", "runsTo", "checkResolved"],
    ["exponentiallr", "exponential_decay", "exp", "exponentialscheduler", "exponential_decay_schedule"]> {
  let summary = "the same factor at every step";
  let description = [{
    `from (to / from)^x`, a straight line on a logarithmic axis. Both ends must be
    positive. With `gamma` in place of `to` it is `from gamma^(n x / every)` over n
    steps.
  }];
}

def Dsc_ExponentialToFloorOp : Dsc_Phase<"exponential_to_floor", "exponential_to_floor", !listconcat(phaseKeys, [
    Key<"rate", NumberFrom<"1e-3", "700">, "time constants in the phase", "1.0">
  ]), []> {
  let summary = "an exponential that arrives at its floor";
  let description = [{
    `to + (from - to) (exp(-rate x) - exp(-rate)) / (1 - exp(-rate))`: a exp(-x) + b
    with a and b such that the phase ends at `to`, which may be 0. A rate of 1 is
    that of lm-engine.
  }];
}

def Dsc_ExponentialCooldownOp : Dsc_Phase<"exponential_cooldown", "exponential_cooldown", phaseKeys, [],
    ["wsd_exponential"]> {
  let summary = "a fall of 2 * 0.5^x - 1, the exponential cooldown of Megatron";
  let description = [{
    `to + (from - to) (2 * 0.5^x - 1)`: `exponential_to_floor` at a rate of ln 2.
  }];
}

def Dsc_StepOp : Dsc_Phase<"step", "step", !listconcat(endlessPhaseKeys, [
    Key<"every", Duration, "length of a stair", "",
        ["step_size", "decay_t", "lr_step_size", "step_every", "decay_every"]>,
    Key<"count", CountUpTo<9000>, "equal stairs in the phase, in place of every", "", ["num_stairs"]>,
    Key<"gamma", NumberFrom<"1e-6", "1e6">, "factor from one stair to the next", "0.1",
        ["decay_rate", "lr_gamma", "step_gamma", "decay_factor"]>
  ]), ["runsTo", "checkResolved"],
    ["steplr", "step_decay", "stepdecay", "steplrscheduler", "stair", "staircase", "stepscheduler"]> {
  let summary = "stairs, each a factor of the one before";
  let description = [{
    `from gamma^i` in stair i. Every stair has as many steps, also with inclusive =
    "right", where the step on an edge belongs to the stair that ends there.
  }];
}

def Dsc_MultiStepOp : Dsc_Phase<"multi_step", "multi_step", !listconcat(endlessPhaseKeys, [
    RequiredKey<"milestones", Lengths, "where the factors apply, from the start of the phase",
        ["decay_milestones", "lr_milestones", "boundaries", "lr_steps"]>,
    Key<"gamma", NumberFrom<"1e-6", "1e6">, "factor at each milestone; default: 0.1", "",
        ["decay_rate", "lr_gamma", "decay_factor"]>,
    Key<"gammas", Numbers, "a factor for each milestone, in place of gamma", "", ["scales", "factors"]>
  ]), ["runsTo", "checkResolved"],
    ["multisteplr", "multistep", "multisteplrscheduler", "multistepscheduler", "piecewise_constant_schedule",
     "piecewiseconstant", "multistep_lr"]> {
  let summary = "a factor at each milestone";
  let description = [{
    `from` times the product of the factors of all milestones reached.
  }];
}

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

def Dsc_InverseSqrtOp : Dsc_Phase<"inverse_sqrt", "inverse_sqrt", !listconcat(endlessPhaseKeys, [
    RequiredKey<"timescale", Duration, "steps after which the fall begins to show", ["time_scale", "shift", "tau"]>
  ]), ["runsTo"],
    ["inverse_square_root", "inversesquareroot", "inv_sqrt", "inverse-square-root", "rsqrt",
     "inversesquarerootannealing", "inv_sqrt_with_warmup", "inversesquarerootwithwarmupscheduler",
     "inverse_sqrt_schedule"]> {
  let summary = "1 / sqrt of the steps made";
  let description = [{
    `from / sqrt(1 + n x / timescale)` over n steps; `to` is where the curve ends. After a warm-up
    of W steps to the peak, with inclusive = "left": a timescale of W is Megatron's curve and that
    of Transformers without a timescale, 10000 that of Transformers' default without warm-up and of big_vision, W + 1 NeMo's.
  }];
}

defvar baseKey = Key<"base", Amount, "the height that the factor multiplies", "\"100%\"", ["base_lr", "initial_lr"]>;

def Dsc_NoamOp : Dsc_Phase<"noam", "noam", !listconcat(startlessPhaseKeys, [
    baseKey,
    RequiredKey<"width", Count, "of the model", ["d_model", "model_size", "hidden_size", "model_dim"]>,
    RequiredKey<"warmup", Duration, "steps of the rise", ["noam_warmup", "n_warmup_steps"]>
  ]), ["runsTo"],
    ["noamannealing", "noamlr", "noam_decay", "transformer", "noamscheduler", "noamopt"]> {
  let summary = "the schedule of the first Transformer";
  let description = [{
    `base width^-1/2 min(t^-1/2, t warmup^-3/2)` at step t of the phase (Vaswani and
    others, arXiv 1706.03762): a straight rise from 0, then an inverse square root.
  }];
}

def Dsc_NoamHoldOp : Dsc_Phase<"noam_hold", "noam_hold", !listconcat(startlessPhaseKeys, [
    baseKey,
    RequiredKey<"warmup", Duration, "steps of the rise", ["n_warmup_steps"]>,
    Key<"hold", Duration, "steps at the top; default: none", "", ["hold_steps"]>,
    Key<"power", NumberFrom<"1e-3", "100">, "power of the fall", "0.5", ["decay_power"]>
  ]), ["runsTo"],
    ["noamholdannealing", "noamhold"]> {
  let summary = "a rise, a hold and the fall of an inverse power";
  let description = [{
    At step t of the phase `base t / warmup` while t is at most `warmup`, `base` for
    `hold` steps, then `base (warmup / (t - hold))^power`, as NeMo's.
  }];
}

def Dsc_T5Op : Dsc_Phase<"t5", "t5", !listconcat(startlessPhaseKeys, [
    RequiredKey<"hold", Duration, "steps before the fall begins", ["n_warmup_steps", "constant_steps"]>
  ]), ["runsTo"],
    ["t5inversesquareroot", "t5_inverse_sqrt", "adafactor_relative"]> {
  let summary = "1 / sqrt of the step, whatever the peak";
  let description = [{
    `1 / sqrt(max(t, hold))` at step t of the phase (Raffel and others, arXiv
    1910.10683, with a hold of 10000 steps).
  }];
}

def Dsc_PowerOp : Dsc_Phase<"power", "power", !listconcat(startlessPhaseKeys, [
    Key<"base", Amount, "the most that the curve reaches", "\"100%\"", ["base_lr", "initial_lr"]>,
    RequiredKey<"factor", Positive, "height of the power law", ["a"]>,
    RequiredKey<"exponent", NumberFrom<"-10", "10">, "of the power law, negative for a fall", ["b"]>,
    Key<"unit", Positive, "what a step counts", "1.0", ["c"]>
  ]), ["runsTo"],
    ["power_scheduler", "powerlr", "powerscheduler", "power_law"]> {
  let summary = "a power law under a ceiling";
  let description = [{
    `min(base, factor (unit t)^exponent)` at step t of the phase (Shen and others,
    arXiv 2408.13359).
  }];
}

def Dsc_TanhOp : Dsc_Phase<"tanh", "tanh", !listconcat(phaseKeys, [
    Key<"lower", NumberFrom<"-300", "300">, "argument at the start", "-7.0", ["lb", "lower_bound"]>,
    Key<"upper", NumberFrom<"-300", "300">, "argument at the end", "3.0", ["ub", "upper_bound"]>
  ]), [],
    ["tanhlrscheduler", "tanh_decay", "hyperbolic_tangent"]> {
  let summary = "a hyperbolic tangent";
  let description = [{
    `to + (from - to) (1 - tanh(lower (1 - x) + upper x)) / 2` (arXiv 1806.01593). The
    phase starts a little below `from` and ends a little above `to`: 0.25 % of
    the way with the defaults.
  }];
}

def Dsc_RexOp : Dsc_Phase<"rex", "rex", phaseKeys, [],
    ["rexlr", "rexscheduler", "rex_lr", "reflected_exponential"]> {
  let summary = "a reflected exponential";
  let description = [{
    `to + (from - to) (1 - x) / (1 - x / 2)` (Chen and others, arXiv 2107.04197).
    axolotl's curve of the same name is `rex_axolotl`.
  }];
}

def Dsc_RexAxolotlOp : Dsc_Phase<"rex_axolotl", "rex_axolotl"> {
  let summary = "the curve that axolotl calls REX";
  let description = [{
    `to + (from - to) z / (0.1 + 0.9 z)` with z = 1 - x: higher for longer than `rex`.
  }];
}

defvar cycleKeys = !listconcat(phaseKeys, [
    Key<"up", Duration, "steps of a rise; default: half of the phase", "",
        ["step_size_up", "cycle_first_step_size", "stepsize", "step_size"]>,
    Key<"down", Duration, "steps of a fall; default: as a rise", "",
        ["step_size_down", "cycle_second_step_size"]>]);

def Dsc_TriangularOp : Dsc_Phase<"triangular", "triangular", cycleKeys, [],
    ["cycliclr", "cyclic", "clr", "cyclicallr", "triangle"]> {
  let summary = "up to the end and down to the start again, in straight lines";
  let description = [{
    `from` is the base and `to` the top of every cycle (Smith, arXiv 1506.01186). The
    phase ends at its last step's place in the cycle: after whole cycles at `from`.
  }];
}

def Dsc_Triangular2Op : Dsc_Phase<"triangular2", "triangular2", cycleKeys, []> {
  let summary = "triangular, each cycle half as high as the one before";
  let description = [{ The top of cycle c is `from + (to - from) / 2^c`, for c = 0, 1, ... }];
}

def Dsc_ExpRangeOp : Dsc_Phase<"exp_range", "exp_range", !listconcat(cycleKeys, [
    Key<"gamma", NumberFrom<"1e-6", "1">, "factor on the height at each step", "1.0", ["cycle_gamma"]>
  ]), []> {
  let summary = "triangular, a little lower at every step";
  let description = [{ The height above `from` at step t of the phase is that of `triangular` times `gamma^t`. }];
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

#endif // DSC_PHASES_TD
