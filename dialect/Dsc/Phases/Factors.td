//===- Factors.td - by one factor after the other ----------*- tablegen -*-===//

#ifndef DSC_PHASES_FACTORS_TD
#define DSC_PHASES_FACTORS_TD

include "dialect/Dsc/Phases/Phase.td"

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

#endif // DSC_PHASES_FACTORS_TD
