//===- Laws.td - by the steps made, whatever the length ----*- tablegen -*-===//

#ifndef DSC_PHASES_LAWS_TD
#define DSC_PHASES_LAWS_TD

include "dialect/Dsc/Phases/Phase.td"

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

#endif // DSC_PHASES_LAWS_TD
