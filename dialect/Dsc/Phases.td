//===- Phases.td - the catalogue of schedule phases ---------*- tablegen -*-===//

#ifndef DSC_PHASES_TD
#define DSC_PHASES_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"
include "dialect/Dsc/Reactions.td"

defvar endlessPhaseKeys = [
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
];
defvar phaseKeys = !listconcat(
  endlessPhaseKeys, [Key<"to", Amount, "LR at the end; default: the peak", "",
      ["end", "end_lr", "min_lr", "min_lr_ratio", "eta_min", "final_lr", "lr_end", "cycle_min_lr"]>]);

/// A phase of kind `k`. Passes fill `begin`, `end` (steps, [begin, end)), `start`
/// and `finish` (LR at both ends) and `tracks` ({momentum = [a, b], ...}); where a
/// phase can end early also `reaction` (see Transforms/Schedule/Reactions.h).
class Dsc_Phase<string mnemonic, string k, list<Key> keys_ = phaseKeys,
                list<string> overridden = []>
    : Dsc_Table<mnemonic, "schedule.phase", keys_, [],
                [DeclareOpInterfaceMethods<Dsc_PhaseInterface, overridden>]> {
  let kind = k;
  let array = 1;
  let resolved = (ins OptionalAttr<I64Attr>:$begin, OptionalAttr<I64Attr>:$end,
                      OptionalAttr<F64Attr>:$start, OptionalAttr<F64Attr>:$finish,
                      OptionalAttr<DictionaryAttr>:$tracks,
                      OptionalAttr<DictionaryAttr>:$reaction);
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

#endif // DSC_PHASES_TD
