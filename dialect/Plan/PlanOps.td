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

def Plan_BucketOp : Plan_Op<"bucket", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a range of the trained arena that ranks exchange at once";
  let description = [{
    Whole reduction blocks of one group. Buckets fill the arena, and their order is
    that in which they are ready: of their communication, on every rank. `ready` is
    the unit whose backward makes the last of the gradients final, `first` the one
    whose forward reads a parameter first. `passing` is the bucket's place in the
    buffer of that name, through which gradients go to the rank that keeps them.

    ```mlir
    plan.bucket @bucket0 [0, 262144) ready @block3 first @block3
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$begin, I64Attr:$end,
                       FlatSymbolRefAttr:$ready_unit, FlatSymbolRefAttr:$first_unit,
                       DefaultValuedAttr<I64Attr, "-1">:$passing);
  let assemblyFormat = [{
    $sym_name `[` $begin `,` $end `)` `ready` $ready_unit `first` $first_unit
    (`passing` `(` $passing^ `)`)? attr-dict
  }];
  let hasVerifier = 1;
}

def Plan_ProgramOp : Plan_Op<"program", [Symbol, NoTerminator, SingleBlock, NoRegionArguments,
                                        DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a list of plan ops that the runtime executes in order";
  let description = [{
    `micro` runs once per micro-batch but the last, `last_micro` for the last,
    `update` once per step, `evaluate` forward only. Ops of one lane run in order;
    those of different lanes are ordered by tokens, which are numbered over all
    programs.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Plan_Lane : Plan_Enum<"Lane", "what runs an op beside the others", [
    I32EnumAttrCase<"compute", 0>, I32EnumAttrCase<"communication", 1>,
    I32EnumAttrCase<"p2p", 2>, I32EnumAttrCase<"h2d", 3>,
    I32EnumAttrCase<"d2h", 4>, I32EnumAttrCase<"host", 5>]>;
def Plan_LaneAttr : Plan_EnumAttr<Plan_Lane, "lane">;

/// An op of a program. `waits` are tokens that other lanes complete, `signals` is
/// the one that this op completes; -1 where nobody waits.
class Plan_StepOp<string mnemonic, dag own = (ins), string format = "">
    : Plan_Op<mnemonic, [HasParent<"ProgramOp">]> {
  let arguments = !con(own, (ins DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$waits,
                                 DefaultValuedAttr<Plan_LaneAttr, "Lane::compute">:$lane,
                                 DefaultValuedAttr<I64Attr, "-1">:$signals));
  let assemblyFormat = format #
      " (`waits` $waits^)? (`on` `` $lane^)? (`signals` `(` $signals^ `)`)? attr-dict";
}

def Plan_LoadBatchOp : Plan_StepOp<"load_batch"> {
  let summary = "binds the next micro-batch to the engine";
}

def Plan_ForwardOp : Plan_StepOp<"forward", (ins FlatSymbolRefAttr:$unit), "$unit"> {
  let summary = "runs a unit";
}

def Plan_BackwardOp : Plan_StepOp<"backward", (ins FlatSymbolRefAttr:$unit), "$unit"> {
  let summary = "runs a unit's backward; its parameters' gradients are then final, but for tied ones";
}

def Plan_GradientsDoneOp : Plan_StepOp<"gradients_done",
    (ins OptionalAttr<FlatSymbolRefAttr>:$bucket), "($bucket^)?"> {
  let summary = "zeroes the gradients, of a bucket or all, that no backward of this step wrote";
}

def Plan_LaunchOp : Plan_StepOp<"launch",
    (ins FlatSymbolRefAttr:$kernel, I64Attr:$begin, I64Attr:$end, UnitAttr:$owned),
    "$kernel `[` $begin `,` $end `)` (`owned` $owned^)?"> {
  let summary = "runs a kernel over a range";
  let description = [{
    `begin` and `end` count elements of the trained arena (map), reduction blocks
    (reduce, finish). With `owned` a rank runs its parts of the buckets in the
    range, and no more.
  }];
}

def Plan_GuardOp : Plan_StepOp<"guard"> {
  let summary = "ends the program here when the uniform `finite` is 0";
}

def Plan_AdvanceOp : Plan_StepOp<"advance"> {
  let summary = "counts one applied update";
}

//===----------------------------------------------------------------------===//
// Between ranks
//===----------------------------------------------------------------------===//

def Plan_AllReduceOp : Plan_StepOp<"all_reduce",
    (ins FlatSymbolRefAttr:$buffer, OptionalAttr<FlatSymbolRefAttr>:$bucket), "$buffer ($bucket^)?"> {
  let summary = "a bucket of a buffer, or all of it, becomes its sum over ranks";
}

def Plan_ReduceScatterOp : Plan_StepOp<"reduce_scatter",
    (ins FlatSymbolRefAttr:$buffer, FlatSymbolRefAttr:$bucket), "$buffer $bucket"> {
  let summary = "each rank's part of a bucket becomes its sum over ranks";
}

def Plan_AllGatherOp : Plan_StepOp<"all_gather",
    (ins FlatSymbolRefAttr:$buffer, FlatSymbolRefAttr:$bucket), "$buffer $bucket"> {
  let summary = "a bucket becomes whole from its parts";
}

def Plan_ClearOp : Plan_StepOp<"clear", (ins FlatSymbolRefAttr:$buffer), "$buffer"> {
  let summary = "a buffer becomes 0";
}

def Plan_ShareLossOp : Plan_StepOp<"share_loss"> {
  let summary = "the step's loss becomes that of all ranks";
}

def Plan_KeepSubtreeOp : Plan_StepOp<"keep_subtree"> {
  let summary = "adds the micro-batch's gradients to the tree of sums";
}

def Plan_JoinSubtreesOp : Plan_StepOp<"join_subtrees",
    (ins FlatSymbolRefAttr:$bucket, UnitAttr:$owned), "$bucket (`owned` $owned^)?"> {
  let summary = "finishes the tree of sums of a bucket, or of a rank's part of it, from all ranks' subtrees";
}

#endif // PLAN_OPS_TD
