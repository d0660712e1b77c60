//===- Cycles.td - away from a value and back --------------*- tablegen -*-===//

#ifndef DSC_PHASES_CYCLES_TD
#define DSC_PHASES_CYCLES_TD

include "dialect/Dsc/Phases/Phase.td"

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

def Dsc_JaggedRestartsOp : Dsc_Phase<"jagged_restarts", "jagged_restarts", !listconcat(startlessPhaseKeys, [
    RequiredKey<"every", Duration, "steps from one restart to the next",
        ["jagged_restart_steps", "relora_steps", "restart_every", "restart_steps"]>,
    RequiredKey<"warmup", Duration, "steps of the rise after a restart",
        ["jagged_restart_warmup_steps", "relora_warmup_steps", "restart_warmup_steps"]>,
    Key<"anneal", Duration, "steps of the fall before a restart; default: none", "",
        ["jagged_restart_anneal_steps", "relora_anneal_steps"]>,
    Key<"top", Amount, "LR between the restarts", "\"100%\"">,
    Key<"bottom", Amount, "LR at a restart", "\"0.1%\"", ["min_lr_scale"]>
  ]), ["runsTo", "checkResolved"],
    ["jagged_restart", "jaggedlrrestartscheduler", "relora", "relorascheduler", "cosine_with_multiple_warmups"]> {
  let summary = "a fall and a new warm-up round every restart";
  let description = [{
    `top`, but for a straight fall to `bottom` over the last `anneal` steps before each
    restart and a straight rise over the first `warmup` steps after it; the phase itself
    begins at `top`. As a `multiplier` it is what ReLoRA does to another schedule
    (Lialin and others, arXiv 2307.05695): with inclusive = "left", axolotl's jagged restarts.
  }];
}

def Dsc_ChebyshevOp : Dsc_Phase<"chebyshev", "chebyshev", !listconcat(phaseKeys, [
    Key<"count", CountUpTo<8192>, "step sizes in the phase, each for an equal part of it: a power of two; "
        "default: one for each step", "", ["num_epochs"]>
  ]), ["expectedEnds", "checkResolved"],
    ["fractal_chebyshev", "chebyshev_schedule", "get_chebyshev_schedule", "chebyshev_steps", "chebyshev_perm_steps",
     "fractal"]> {
  let summary = "Chebyshev's step sizes in their fractal order";
  let description = [{
    Size s of T is `1 / (cos^2(a) / from + sin^2(a) / to)` with `a = pi (2 s + 1) / (4 T)`:
    one over Chebyshev's nodes between `1 / from` and `1 / to`. The sizes come in an order
    in which large and small ones keep each other in check (Agarwal, Goel and Zhang,
    arXiv 2103.01338): that of 2 T puts behind each s of T its mirror image 2 T - 1 - s,
    which makes 0 7 3 4 1 6 2 5 of 8. T is a power of two: `count`, or the steps of the phase. The first size is
    close to `from`. From `"2000%"` to `"100%"` it is the factor of pytorch_optimizer.
  }];
}

#endif // DSC_PHASES_CYCLES_TD
