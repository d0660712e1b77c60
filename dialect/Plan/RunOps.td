//===- RunOps.td - what a run does beside its steps ---------*- tablegen -*-===//
//
// Everything of a resolved recipe that the runtime must know and that is neither
// model nor kernel: how long, which data, when to evaluate and save. One op for
// one table of runtime/Artifact/Plan.fbs.
//
//===----------------------------------------------------------------------===//

#ifndef PLAN_RUNOPS_TD
#define PLAN_RUNOPS_TD

include "dialect/Plan/PlanBase.td"

def Plan_RunOp : Plan_Op<"run"> {
  let summary = "the length, batch and cadences of a run, in whole steps";
  let description = [{
    `micro_batch` 0 means batch / ranks. With `virtual_ranks` a step is always that
    many micro-batches, whose sums make the same tree at every number of ranks; 0
    where it is not. `timeout` is in seconds.
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$steps, I64Attr:$batch,
                       I64Attr:$micro_batch, I64Attr:$virtual_ranks,
                       F64Attr:$timeout, I64Attr:$seed,
                       BoolAttr:$deterministic, StrAttr:$nonfinite,
                       StrAttr:$precision, StrAttr:$device,
                       I64Attr:$checkpoint_every, I64Attr:$keep_last,
                       I64Attr:$log_every, BoolAttr:$tensorboard);
  let assemblyFormat = "attr-dict";
}

def Plan_MeshOp : Plan_Op<"mesh"> {
  let summary = "the axes along which ranks share the work, and how many there are";
  let description = [{
    0 means as many as are started.

    ```mlir
    plan.mesh ["data"] = [0]
    ```
  }];
  let arguments = (ins StrArrayAttr:$axes, DenseI64ArrayAttr:$ranks);
  let assemblyFormat = "$axes `=` $ranks attr-dict";
  let hasVerifier = 1;
}

def Plan_StrategyOp : Plan_Op<"strategy"> {
  let summary = "what ranks along an axis hold of parameters, gradients and optimizer state";
  let description = [{
    A row of the table in dialect/Dsc/Placements.td. Masters that the model does not
    compute with count as optimizer state.

    ```mlir
    plan.strategy "zero1" along "data" parameter(replicate) gradient(partial) optimizer(shard)
    ```
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$axis, Plan_PlacementAttr:$parameter,
                       Plan_PlacementAttr:$gradient, Plan_PlacementAttr:$optimizer);
  let assemblyFormat = [{
    $name `along` $axis `parameter` `(` $parameter `)` `gradient` `(` $gradient `)`
    `optimizer` `(` $optimizer `)` attr-dict
  }];
  let hasVerifier = 1;
}

def Plan_ModelOp : Plan_Op<"model"> {
  let summary = "what checkpoints say of the model, and what it costs";
  let arguments = (ins StrAttr:$kind, StrAttr:$config, I64Attr:$model_context,
                       StrAttr:$init, F64Attr:$flops_per_token);
  let assemblyFormat = "attr-dict";
}

def Plan_PhaseOp : Plan_Op<"phase"> {
  let summary = "a named span of the schedule, [begin, end) in steps";
  let arguments = (ins StrAttr:$name, StrAttr:$kind, I64Attr:$begin, I64Attr:$end);
  let assemblyFormat = "$name $kind `[` $begin `,` $end `)` attr-dict";
}

def Plan_DataOp : Plan_Op<"data"> {
  let summary = "how samples are made of records";
  let description = [{
    `vocabulary` and a tokenizer for tokens; `columns` where samples are rows.
  }];
  let arguments = (ins StrAttr:$tokenizer, I64Attr:$vocabulary,
                       I64Attr:$sequence, I64Attr:$columns);
  let assemblyFormat = "attr-dict";
}

def Plan_SourceOp : Plan_Op<"source"> {
  let summary = "where records come from, and what the compiler saw there";
  let description = [{
    `files` holds a {path, bytes, sha256} for each file; a run that finds others
    refuses.
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$kind, StrAttr:$path,
                       StrAttr:$record, StrAttr:$field, F64Attr:$holdout,
                       I64Attr:$limit, DictArrayAttr:$files,
                       I64Attr:$training_samples, I64Attr:$heldout_samples);
  let assemblyFormat = "attr-dict";
}

def Plan_EvaluationOp : Plan_Op<"evaluation"> {
  let summary = "a loss on samples that are not trained on";
  let description = [{
    `source` counts the plan.source ops; `samples` and `stop_after` are -1 for all
    and for never.
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$source, BoolAttr:$held_out,
                       I64Attr:$every, I64Attr:$samples, BoolAttr:$at_start,
                       I64Attr:$stop_after);
  let assemblyFormat = "attr-dict";
}

def Plan_FingerprintOp : Plan_Op<"fingerprint"> {
  let summary = "hashes by which a resume knows what changed";
  let arguments = (ins StrAttr:$recipe, StrAttr:$model, StrAttr:$data,
                       StrAttr:$schedule, StrAttr:$optimizer, StrAttr:$batch);
  let assemblyFormat = "attr-dict";
}

#endif // PLAN_RUNOPS_TD
