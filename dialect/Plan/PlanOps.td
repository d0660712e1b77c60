//===- PlanOps.td - step programs and the root of the dialect -*- tablegen -*-===//

#ifndef PLAN_OPS_TD
#define PLAN_OPS_TD

include "dialect/Plan/PlanBase.td"
include "dialect/Plan/RunOps.td"
include "dialect/Plan/Units.td"
include "dialect/Plan/Kernels.td"

def Plan_GroupOp : Plan_Op<"group", [Symbol]> {
  let summary = "a range of the trained arena with one set of optimizer keys";
  let description = [{
    Groups follow each other from element 0; both ends are whole reduction blocks.
    `weight_decay` is what holds before a track of the schedule.

    ```mlir
    plan.group @"no-decay" [65536, 69632) lr_scale(1.0) weight_decay(0.0)
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$begin, I64Attr:$end,
                       F64Attr:$lr_scale, F64Attr:$weight_decay);
  let assemblyFormat = [{
    $sym_name `[` $begin `,` $end `)` `lr_scale` `(` $lr_scale `)`
    `weight_decay` `(` $weight_decay `)` attr-dict
  }];
  let hasVerifier = 1;
}

def Plan_ProgramOp : Plan_Op<"program", [Symbol, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a list of plan ops that the runtime executes in order";
  let description = [{
    `micro` runs once per micro-batch, `update` once per step, `evaluate` and
    `sample` run forward only. Ops of another lane are ordered by tokens; the one
    lane of a single-device plan needs none.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

class Plan_StepOp<string mnemonic> : Plan_Op<mnemonic, [HasParent<"ProgramOp">]>;

def Plan_LoadBatchOp : Plan_StepOp<"load_batch"> {
  let summary = "binds the next micro-batch to the engine";
  let assemblyFormat = "attr-dict";
}

def Plan_ForwardOp : Plan_StepOp<"forward"> {
  let summary = "runs a unit";
  let arguments = (ins FlatSymbolRefAttr:$unit);
  let assemblyFormat = "$unit attr-dict";
}

def Plan_BackwardOp : Plan_StepOp<"backward"> {
  let summary = "runs a unit's backward; its parameters' gradients are then final, but for tied ones";
  let arguments = (ins FlatSymbolRefAttr:$unit);
  let assemblyFormat = "$unit attr-dict";
}

def Plan_GradientsDoneOp : Plan_StepOp<"gradients_done"> {
  let summary = "zeroes the gradients that no backward of this step wrote";
  let assemblyFormat = "attr-dict";
}

def Plan_LaunchOp : Plan_StepOp<"launch"> {
  let summary = "runs a kernel over a range";
  let description = [{
    `begin` and `end` count elements of the trained arena (map), reduction blocks
    (reduce, finish).
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, I64Attr:$begin, I64Attr:$end);
  let assemblyFormat = "$kernel `[` $begin `,` $end `)` attr-dict";
}

def Plan_GuardOp : Plan_StepOp<"guard"> {
  let summary = "ends the program here when the uniform `finite` is 0";
  let assemblyFormat = "attr-dict";
}

def Plan_AdvanceOp : Plan_StepOp<"advance"> {
  let summary = "counts one applied update";
  let assemblyFormat = "attr-dict";
}

#endif // PLAN_OPS_TD
