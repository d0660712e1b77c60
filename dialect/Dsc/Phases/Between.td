//===- Between.td - from one value to another --------------*- tablegen -*-===//

#ifndef DSC_PHASES_BETWEEN_TD
#define DSC_PHASES_BETWEEN_TD

include "dialect/Dsc/Phases/Phase.td"

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

def Dsc_TanhOp : Dsc_Phase<"tanh", "tanh", !listconcat(phaseKeys, [
    Key<"lower", NumberFrom<"-300", "300">, "argument at the start", "-7.0", ["lb", "lower_bound"]>,
    Key<"upper", NumberFrom<"-300", "300">, "argument at the end, above 'lower'", "3.0", ["ub", "upper_bound"]>
  ]), ["checkResolved"],
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

#endif // DSC_PHASES_BETWEEN_TD
