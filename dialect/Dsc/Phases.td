//===- Phases.td - the catalogue of schedule phases ---------*- tablegen -*-===//

#ifndef DSC_PHASES_TD
#define DSC_PHASES_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

defvar phaseKeys = [
  Key<"name", Text, "names the phase in logs and for overlays; default: its kind">,
  Key<"length", Duration, "how long the phase lasts", "", ["num_steps", "duration"]>,
  Key<"from", Amount, "LR at the start; default: where the phase before it ends">,
  Key<"to", Amount, "LR at the end; default: the peak">,
  Key<"inclusive", OneOf<["left", "right", "both", "neither"]>, "which ends a step of the phase can lie on; default: the schedule's">,
  Key<"momentum", Track, "momentum (beta1) through the phase">,
  Key<"weight_decay", Track, "weight decay through the phase">
];

/// A phase of kind `k`. Passes fill `begin`, `end` (steps, [begin, end)), `start`
/// and `finish` (LR at both ends) and `tracks` ({momentum = [a, b], ...}).
class Dsc_Phase<string mnemonic, string k, list<Key> own = []>
    : Dsc_Table<mnemonic, "schedule.phase", !listconcat(phaseKeys, own), [],
                [DeclareOpInterfaceMethods<Dsc_PhaseInterface>]> {
  let kind = k;
  let array = 1;
  let resolved = (ins OptionalAttr<I64Attr>:$begin, OptionalAttr<I64Attr>:$end,
                      OptionalAttr<F64Attr>:$start, OptionalAttr<F64Attr>:$finish,
                      OptionalAttr<DictionaryAttr>:$tracks);
  let assemblyFormat = "attr-dict";
}

def Dsc_LinearOp : Dsc_Phase<"linear", "linear"> {
  let summary = "a straight line";
}

#endif // DSC_PHASES_TD
