//===- DeepSpeed.td - schedules as DeepSpeed defines them ---*- tablegen -*-===//
//
// `[schedule] kind = "deepspeed"` takes `type` and `params` with DeepSpeed's own
// names, defaults and clock in place of phases: step k is the optimizer step, and
// DeepSpeed's quirks are part of the definition (`dsc plan` names those in effect).
// One def for each type; the curves are in DeepSpeed/.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DEEPSPEED_TD
#define DSC_DEEPSPEED_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

/// Its accessor would hide that of an operation.
def Dsc_DeepSpeedTypeKey : RequiredKey<"type",
    OneOf<["LRRangeTest", "OneCycle", "WarmupLR", "WarmupDecayLR", "WarmupCosineLR", "WarmupOneCycle"]>,
    "the scheduler, as DeepSpeed calls it; WarmupOneCycle is WarmupLR, then OneCycle",
    ["scheduler", "lr_scheduler_type"]> {
  let attributeName = "scheduler";
}

def Dsc_DeepSpeedOp : Dsc_Table<"deepspeed", "schedule", [
    Dsc_DeepSpeedTypeKey,
    Key<"peak", Positive,
        "the optimizer's learning rate in DeepSpeed: where WarmupLR without warmup_max_lr, and WarmupCosineLR, rise to", "",
        ["lr", "learning_rate", "max_lr", "base_lr"]>,
    Key<"version", Text, "the release of DeepSpeed whose behaviour is meant", "\"0.19.6\"",
        ["deepspeed_version"]>]> {
  let kind = "deepspeed";
  let summary = "a scheduler of DeepSpeed's, with its own parameters and quirks";
  let description = [{ The parameters are in [schedule.params]. }];
  let assemblyFormat = "attr-dict";
}

def MinusOne : KeyType<"integer", Dsc_I64If<"v == -1", "-1">, "-1">;

/// Parameters of one scheduler type.
class Dsc_DeepSpeedParams<string mnemonic, string type, list<Key> own>
    : Dsc_Table<"deepspeed_" # mnemonic, "schedule.params", !listconcat(own, [
        Key<"last_batch_iteration", MinusOne,
            "the step before the first; a run that goes on knows its step from the checkpoint", "-1">
      ]), [], [DeclareOpInterfaceMethods<Dsc_ScheduleKindInterface>]> {
  let kind = type;
  let kindFrom = "type";
  let assemblyFormat = "attr-dict";
}

defvar deepSpeedWarmupKeys = [
  Key<"warmup_num_steps", Count, "steps of the warm-up; 1 counts as 2", "1000">,
  Key<"warmup_type", Text, "\"log\" or \"linear\"; any other word counts as \"log\"", "\"log\"">
];

defvar deepSpeedCycleKeys = [
  RequiredKey<"cycle_min_lr", NonNegative, "LR at both ends of the cycle">,
  RequiredKey<"cycle_max_lr", NonNegative, "LR at its top">,
  Key<"cycle_first_step_size", Positive, "steps of the rise", "2000">,
  Key<"cycle_second_step_size", NonNegative, "steps of the fall; default: as the rise">,
  Key<"cycle_first_stair_count", Natural, "stairs in the rise; 0: none", "0">,
  Key<"cycle_second_stair_count", Natural, "stairs in the fall; default: as the rise">,
  Key<"decay_lr_rate", Number, "after the cycle the LR is cycle_min_lr / (1 + rate * steps / decay_step_size)", "0">,
  Key<"cycle_momentum", Switch, "whether beta1 falls and rises against the LR", "true">,
  Key<"cycle_min_mom", NonNegative, "beta1 at the top of the LR", "0.8">,
  Key<"cycle_max_mom", NonNegative, "beta1 at the ends of the cycle", "0.9">,
  Key<"decay_mom_rate", Number, "after the cycle beta1 is cycle_max_mom * (1 + rate * steps / decay_step_size)", "0">
];

def Dsc_DeepSpeedRangeTestOp : Dsc_DeepSpeedParams<"range_test", "LRRangeTest", [
    Key<"lr_range_test_min_lr", NonNegative, "LR at step 0", "0.001">,
    Key<"lr_range_test_step_size", Count, "steps in which the LR grows by step_rate times min_lr", "2000">,
    Key<"lr_range_test_step_rate", Number, "growth in step_size steps, as a multiple of min_lr", "1">,
    Key<"lr_range_test_staircase", Switch, "whether it grows at once every step_size steps", "false">
  ]> {
  let summary = "a learning rate that grows without end";
  let description = [{ `min_lr (1 + step_rate k / step_size)`, or the floor of the quotient. }];
}

def Dsc_DeepSpeedOneCycleOp : Dsc_DeepSpeedParams<"one_cycle", "OneCycle", !listconcat(deepSpeedCycleKeys, [
    Key<"decay_step_size", Number, "steps of one unit of decay; 0: no decay", "0">
  ])> {
  let summary = "up and down on straight lines, then a decay";
  let description = [{
    With S1 and S2 the steps of rise and fall and T = S1 + S2, step k <= T has
    `min + (max - min) s`, s = j / S1 in the rise and (T - j) / S2 in the fall, j = k mod T; stairs are
    floors of s. Later `min / (1 + decay_lr_rate (k - T) / decay_step_size)`. beta1 moves against
    it between cycle_max_mom and cycle_min_mom, but for step 0, which has cycle_min_mom.
  }];
}

def Dsc_DeepSpeedWarmupOp : Dsc_DeepSpeedParams<"warmup", "WarmupLR", !listconcat([
    Key<"warmup_min_lr", NonNegative, "LR of the first two steps", "0">,
    Key<"warmup_max_lr", NonNegative, "LR after the warm-up; default: the peak">
  ], deepSpeedWarmupKeys)> {
  let summary = "a warm-up, then one value";
  let description = [{
    Step 0 has `min`, step k up to W has `min + (max - min) g` with `g = ln(k) / ln(W)` or,
    linear, `(k - 1) / W`; later steps have `max`.
  }];
}

def Dsc_DeepSpeedWarmupDecayOp : Dsc_DeepSpeedParams<"warmup_decay", "WarmupDecayLR", !listconcat([
    RequiredKey<"total_num_steps", Count, "the step at which the LR is back at its minimum, nearly">,
    Key<"warmup_min_lr", NonNegative, "LR of the first two steps, and at the end", "0">,
    Key<"warmup_max_lr", NonNegative, "LR at the top", "0.001">
  ], deepSpeedWarmupKeys)> {
  let summary = "a warm-up, then a straight line down";
  let description = [{
    As WarmupLR up to step W, then `min + (max - min) max(0, (T - k + 1) / max(1, T - W))`.
  }];
}

def Dsc_DeepSpeedWarmupCosineOp : Dsc_DeepSpeedParams<"warmup_cosine", "WarmupCosineLR", !listconcat([
    RequiredKey<"total_num_steps", Count, "the step at which the LR is at its floor">,
    Key<"warmup_min_ratio", NonNegative, "share of the peak at step 1", "0">,
    Key<"cos_min_ratio", NonNegative, "share of the peak from total_num_steps on", "1e-4">
  ], deepSpeedWarmupKeys)> {
  let summary = "a warm-up, then half a cosine wave";
  let description = [{
    Step 0 has 0, step k up to W has `peak (a + (1 - a) g)`, later steps
    `peak (c + (1 - c) (1 + cos(pi u)) / 2)` with `u = min(1, (k - W) / max(1, T - W))`.
  }];
}

def Dsc_DeepSpeedWarmupOneCycleOp : Dsc_DeepSpeedParams<"warmup_one_cycle", "WarmupOneCycle", !listconcat([
    Key<"warmup_min_lr", NonNegative, "LR of the first two steps", "0">,
    RequiredKey<"warmup_max_lr", NonNegative, "LR at the end of the warm-up">
  ], deepSpeedWarmupKeys, deepSpeedCycleKeys, [
    Key<"decay_step_size", Number, "steps of one unit of decay; default: cycle_first_step_size">
  ])> {
  let summary = "WarmupLR's warm-up, then OneCycle";
  let description = [{
    Guides show it; DeepSpeed has no such scheduler. Steps 0 to W are those of WarmupLR; step W + 1 is step 0 of
    OneCycle, with beta1 at cycle_max_mom until then.
  }];
}

#endif // DSC_DEEPSPEED_TD
