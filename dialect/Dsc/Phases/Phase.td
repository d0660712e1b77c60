//===- Phase.td - what phases of all kinds have ------------*- tablegen -*-===//
//
// In the formulas of the kinds x is the fraction of the phase that `inclusive`
// gives a step (of n steps, step j: left j/n, right (j+1)/n, both j/(n-1),
// neither (j+1)/(n+1)), always as a quotient of integers.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_PHASES_PHASE_TD
#define DSC_PHASES_PHASE_TD

include "dialect/Dsc/DscInterfaces.td"
include "dialect/Dsc/Modifiers.td"
include "dialect/Dsc/Reactions.td"

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

#endif // DSC_PHASES_PHASE_TD
