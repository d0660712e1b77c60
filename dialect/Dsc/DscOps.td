//===- DscOps.td - the tables of a recipe -------------------*- tablegen -*-===//
//
// The tables whose keys do not depend on a catalogue; phases, optimizers, models
// and sources have files of their own. All tables stand side by side in the body
// of the recipe, arrays in the order in which they were written.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_OPS_TD
#define DSC_OPS_TD

include "dialect/Dsc/DeepSpeed.td"
include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/Macros.td"
include "dialect/Dsc/Models.td"
include "dialect/Dsc/Optimizers.td"
include "dialect/Dsc/Phases.td"
include "dialect/Dsc/Sources.td"

def Dsc_RecipeOp : Dsc_Table<"recipe", "", [
    RequiredKey<"dsc", Count, "version of the language: 1">,
    Key<"name", Text, "names the binary and the run; default: the name of the file", "",
        ["run_name", "experiment", "experiment_name"]>], [],
    [NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a whole recipe";
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

def Dsc_EvalOp : Dsc_Table<"eval", "eval", [
    Key<"name", Text, "names the evaluation; default: its source">,
    Key<"source", Text, "a [[data.source]] whose holdout is evaluated", "",
        ["dataset", "eval_dataset", "split"]>,
    Key<"kind", OneOf<["text", "csv"]>, "kind of a source of its own, in place of `source`">,
    Key<"path", Path, "files of a source of its own: globs and ${VAR}", "",
        ["file", "files", "validation_file", "eval_file"]>,
    Key<"record", OneOf<["file", "paragraph", "line"]>, "text: what `limit` counts; default: \"file\"">,
    Key<"field", Text, "csv: the column that the model predicts; default: the last one">,
    Key<"limit", Count, "records to read of a source of its own; default: all">,
    Key<"every", Duration, "how often to evaluate; the end of a run always does", "\"10%\"",
        ["eval_steps", "eval_interval", "eval_every", "eval_freq", "evaluation_strategy", "eval_strategy"]>,
    Key<"samples", Count, "samples to evaluate; default: all", "",
        ["eval_iters", "eval_samples", "max_eval_samples", "limit_val_batches"]>,
    Key<"at_start", Switch, "whether to evaluate before the first update", "true",
        ["eval_on_start"]>,
    Key<"stop_after", Duration, "stops the run after this long without a better loss, such as \"3 evals\"", "",
        ["patience", "early_stopping_patience"]>]> {
  let summary = "a loss on samples that are not trained on";
  let description = [{
    Passes fill `every_steps`, `stop_after_evals` and, for a source of its own, what
    the survey of a [[data.source]] fills.
  }];
  let array = 1;
  let resolved = !con((ins OptionalAttr<I64Attr>:$every_steps,
                           OptionalAttr<I64Attr>:$stop_after_evals), surveyed);
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Groups of parameters
//===----------------------------------------------------------------------===//

// No defaults here: a key that is not written leaves what earlier groups, or the
// optimizer, say.
def Dsc_GroupOp : Dsc_Table<"group", "optimizer.group", [
    RequiredKey<"name", Text, "names the group in plans and logs">,
    RequiredKey<"match", Match, "which parameters: by names (`*` crosses dots), dims and role, all given conditions together",
                ["params", "parameters", "modules", "pattern", "params_regex"]>,
    Key<"lr_scale", NonNegative, "multiplies the schedule; default: 1", "",
        ["lr", "learning_rate", "lr_mult", "lr_multiplier"]>,
    Key<"weight_decay", NonNegative, "weight decay of these parameters; default: the optimizer's", "",
        ["wd", "decay"]>,
    Key<"betas", Betas, "betas of these parameters; default: the optimizer's">,
    Key<"frozen", Switch, "no gradient, no state, no decay; default: false", "",
        ["requires_grad", "freeze", "trainable"]>]> {
  let summary = "parameters that the optimizer treats differently";
  let description = [{
    A parameter may be matched by several groups: keys cascade in the order of the
    recipe, the last group that sets a key wins.
  }];
  let array = 1;
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

def Dsc_ScheduleOp : Dsc_Table<"schedule", "schedule", [
    Key<"peak", Positive, "the LR that phases rise to and percentages refer to", "",
        ["lr", "learning_rate", "max_lr", "base_lr", "warmup_max_lr", "eta_max", "init_lr"]>,
    Key<"inclusive", OneOf<["left", "right", "both", "neither"]>,
        "which ends of a phase its steps can lie on", "\"right\"">,
    Key<"on_spike", OnSpike, "backs off when the metric jumps">,
    Key<"reduce_on_plateau", ReduceOnPlateau, "lowers the LR for good when the metric gets no better, as PyTorch's ReduceLROnPlateau", "",
        ["plateau", "reducelronplateau"]>,
    Key<"noise", Share, "shakes the LR at each step by up to this share of it, drawn by `noise_seed`">,
    Key<"noise_seed", Natural, "draws the noise; default: 0">,
    Key<"min", Amount, "the LR never falls below this">,
    Key<"max", Amount, "the LR never rises above this">,
    Key<"reference_batch", Count, "the batch that the LRs of the recipe are meant for; another `train.batch` scales them all", "",
        ["base_batch_size", "reference_batch_size"]>,
    Key<"batch_scaling", OneOf<["linear", "sqrt"]>,
        "how the LRs follow the batch: batch / reference_batch, or its root; default: \"linear\"", "",
        ["lr_scaling_method"]>],
    [ReservedKey<"after", "what follows the last phase">]> {
  let summary = "the learning rate over the run";
  let description = [{
    With nothing but `peak` the LR is constant. A phase is a [[schedule.phase]]. The
    value of the phases is multiplied with those of each `multiplier`, then shaken, then
    bounded, then scaled by the batch. Passes fill `lowest` and `highest` (what `min`
    and `max` come to), `lr_scale` (what the batch comes to) and `reactions`
    (`on_spike` and `reduce_on_plateau` with lengths as counts).
  }];
  let resolved = (ins OptionalAttr<F64Attr>:$lowest, OptionalAttr<F64Attr>:$highest,
                      OptionalAttr<F64Attr>:$lr_scale,
                      OptionalAttr<DictionaryAttr>:$reactions);
  let assemblyFormat = "attr-dict";
}

def Dsc_RepeatOp : Dsc_Table<"repeat", "schedule.repeat", [
    RequiredKey<"name", Text, "names the repetition">,
    RequiredKey<"phases", Texts, "names of the phases of a cycle, which follow one another", ["cycle"]>,
    Key<"times", Count, "how many cycles there are; default: until the run is filled", "",
        ["cycles", "num_cycles", "cycle_limit"]>,
    Key<"growth", NumberFrom<"1e-6", "1e6">, "how many times as long as the cycle before it a cycle is; default: 1", "",
        ["t_mult", "cycle_mul", "cycle_mult"]>,
    Key<"decay", NumberFrom<"1e-6", "1e6">, "what the peak is multiplied with from cycle to cycle; numbers stay; default: 1", "",
        ["cycle_decay", "cycle_gamma"]>], [],
    [NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a cycle of phases, again and again";
  let description = [{
    The phases make the first cycle and each cycle after it starts where the one
    before ends. In cycle i, counted from 0, every length is times growth^i, and
    amounts that refer to the peak refer to peak * decay^i. Without `times` the last
    cycle is cut where the run ends.

    Passes fill `begin` and `end` (steps). Cycles that are all alike from the second
    on have a `period` in steps; of any others `boundaries` are the first steps of
    all their phases, and where the last one ends. `cycles` holds the resolved phases
    of the first two cycles, or of all.
  }];
  let array = 1;
  let regions = (region VariadicRegion<SizedRegion<1>>:$cycles);
  let resolved = (ins OptionalAttr<I64Attr>:$begin, OptionalAttr<I64Attr>:$end,
                      OptionalAttr<I64Attr>:$period, OptionalAttr<DenseI64ArrayAttr>:$boundaries);
  let assemblyFormat = "attr-dict-with-keyword $cycles";
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

def Dsc_TrainOp : Dsc_Table<"train", "train", [
    RequiredKey<"length", Duration, "how long to train; rounds up to whole steps",
                ["max_steps", "num_train_steps", "train_steps", "total_steps", "steps",
                 "num_steps", "max_iters", "train_iters", "iterations",
                 "num_train_epochs", "num_epochs", "max_epochs",
                 "epochs", "train_tokens", "train_samples"]>,
    RequiredKey<"batch", Count, "samples per update, over all ranks",
                ["train_batch_size", "batch_size", "global_batch_size",
                 "effective_batch_size"]>,
    Key<"micro_batch", Count, "samples that a rank runs at once; default: batch divided by ranks", "",
        ["gradient_accumulation_steps", "gradient_accumulation", "accumulate_grad_batches",
         "accumulation_steps", "grad_accum_steps", "train_micro_batch_size_per_gpu",
         "micro_batch_size", "per_device_train_batch_size", "per_gpu_batch_size"]>,
    Key<"precision", OneOf<["f32", "bf16-mixed", "bf16-true", "fp16-mixed"]>,
        "number format of the model's arithmetic; not supported yet: bf16-true, fp16-mixed", "\"f32\"",
        ["bf16", "fp16", "amp", "dtype", "torch_dtype", "mixed_precision", "half", "tf32"]>,
    Key<"seed", Natural, "draws initial values, holdouts and the order of the samples", "0",
        ["random_seed", "rng_seed", "manual_seed", "data_seed"]>,
    Key<"deterministic", Switch, "the same bits at every run on this kind of machine", "false",
        ["use_deterministic_algorithms", "full_determinism", "cudnn_deterministic"]>,
    Key<"device", Text, "what to train on: \"auto\", or a backend such as \"cpu\"", "\"auto\"",
        ["accelerator", "use_cpu", "no_cuda", "gpus"]>,
    Key<"nonfinite", OneOf<["stop", "skip"]>, "what a gradient that is not finite does to the run", "\"stop\"",
        ["skip_nan", "detect_anomaly", "terminate_on_nan"]>],
    [ReservedKey<"recompute", "runs forward again in backward to save memory",
                 ["gradient_checkpointing", "activation_checkpointing"]>,
     ReservedKey<"compile", "fuses the model's operators", ["torch_compile"]>,
     ReservedKey<"ema", "keeps an average of the parameters", ["ema_decay", "use_ema"]>]> {
  let summary = "how long, how much at once, in which numbers";
  let description = [{
    Passes fill `steps`, the updates of the whole run, and `epoch_steps`, those of one
    pass over the data where anything asked for it.
  }];
  let resolved = (ins OptionalAttr<I64Attr>:$steps, OptionalAttr<I64Attr>:$epoch_steps);
  let assemblyFormat = "attr-dict";
}

def Dsc_ParallelOp : Dsc_Table<"parallel", "parallel", [
    Key<"data", CountOrAuto, "ranks that share a batch; \"auto\": as many as are started", "\"auto\"",
        ["dp", "dp_size", "data_parallel_size", "world_size", "data_parallel_shard_degree",
         "data_parallel_replicate_degree", "num_gpus", "devices", "nproc_per_node"]>,
    Key<"zero", ZeroStage,
        "what the data ranks divide among themselves: 0 nothing, 1 the optimizer's state, 2 gradients too", "0",
        ["zero_stage", "stage", "zero_optimization", "fsdp", "sharding_strategy"]>,
    Key<"virtual_ranks", CountUpTo<4096>,
        "micro-batches of a step, summed in a tree that is the same at every number of ranks that divides it; with train.deterministic">,
    Key<"timeout", TimeSpan, "how long a rank waits for its peers in a step", "\"10 min\"",
        ["ddp_timeout", "nccl_timeout"]>],
    [ReservedKey<"tensor", "ranks that share a layer",
                 ["tp", "tp_size", "tensor_parallel_size", "tensor_model_parallel_size",
                  "tensor_parallel_degree"]>,
     ReservedKey<"pipeline", "ranks that share the depth",
                 ["pp", "pp_size", "pipeline_parallel_size", "pipeline_model_parallel_size",
                  "pipeline_parallel_degree"]>,
     ReservedKey<"context", "ranks that share a sequence",
                 ["cp", "cp_size", "context_parallel_size", "context_parallel_degree"]>,
     ReservedKey<"expert", "ranks that share the experts",
                 ["ep", "ep_size", "expert_parallel_size"]>]> {
  let summary = "how the work is shared between ranks";
  let assemblyFormat = "attr-dict";
}

def Dsc_CheckpointOp : Dsc_Table<"checkpoint", "checkpoint", [
    Key<"every", Duration, "how often to save; the end of a run always does", "\"10%\"",
        ["save_steps", "save_interval", "save_every", "checkpoint_interval",
         "every_n_train_steps", "save_strategy", "interval"]>,
    Key<"keep_last", Count, "scheduled checkpoints that stay on disk, beside the newest of all", "2",
        ["save_total_limit", "keep_latest_k", "save_top_k", "max_to_keep"]>],
    [ReservedKey<"keep_best", "checkpoints kept for the best value of a metric",
                 ["load_best_model_at_end", "metric_for_best_model"]>]> {
  let summary = "what a run saves, and when";
  let description = [{ Passes fill `every_steps`. }];
  let resolved = (ins OptionalAttr<I64Attr>:$every_steps);
  let assemblyFormat = "attr-dict";
}

// Not named `log`: a phase of that kind is.
def Dsc_LoggingOp : Dsc_Table<"logging", "log", [
    Key<"every", Duration, "how often a step is written to events and metrics", "\"1 step\"",
        ["logging_steps", "log_interval", "log_every", "log_freq", "steps_per_print",
         "log_every_n_steps"]>,
    Key<"tensorboard", Switch, "whether to write TensorBoard's event files too", "false",
        ["enable_tensorboard", "report_to"]>],
    [ReservedKey<"wandb", "whether to report to Weights & Biases", ["enable_wandb"]>]> {
  let summary = "what a run writes down";
  let description = [{ Passes fill `every_steps`. }];
  let resolved = (ins OptionalAttr<I64Attr>:$every_steps);
  let assemblyFormat = "attr-dict";
}

#endif // DSC_OPS_TD
