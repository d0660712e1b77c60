//===- Reactions.td - keys by which a schedule reacts -------*- tablegen -*-===//
//
// What a schedule may make of the run: a phase that ends early, a learning rate
// that backs off. They are values of keys, not phases, so that any schedule can
// have them.
//
// A metric is observed before the update that it belongs to: `loss` and
// `grad_norm` of a step decide over the learning rate of that very step, an
// evaluation's loss over that of the next.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_REACTIONS_TD
#define DSC_REACTIONS_TD

include "dialect/Dsc/DscBase.td"

defvar metricKey = RequiredKey<"metric", Text,
    "\"loss\", \"loss_ema\", \"grad_norm\", or \"eval/NAME/loss\" of an [[eval]]",
    ["monitor", "monitored", "metric_name"]>;

defvar improvementKeys = [
  metricKey,
  Key<"mode", OneOf<["min", "max"]>, "whether less or more is better", "\"min\"">];

def Until : Members<"{ metric = ..., patience = ... }", !listconcat(improvementKeys, [
    RequiredKey<"patience", Duration,
        "observations in a row without a better one that end the phase: \"3 evals\", or a length">,
    Key<"threshold", NonNegative, "how much better counts", "0.0", ["min_delta"]>,
    Key<"threshold_mode", OneOf<["rel", "abs"]>,
        "\"rel\": by this share of the best; \"abs\": by this much", "\"rel\"">])>;

def OnSpike : Members<"{ metric = ..., ratio = ..., scale = ..., recover = ... }", [
    metricKey,
    Key<"ratio", Positive, "a spike is above this many times the metric's moving average", "3.0",
        ["spike_factor"]>,
    Key<"scale", Positive, "multiplies the LR at a spike", "0.5", ["factor"]>,
    RequiredKey<"recover", Duration, "how long the LR takes back to what it would be, in a straight line">]>;

def ReduceOnPlateau : Members<"{ metric = ..., factor = ..., patience = ... }", !listconcat(improvementKeys, [
    Key<"factor", Positive, "multiplies the LR at a plateau", "0.1", ["gamma"]>,
    Key<"patience", Duration,
        "observations without a better one that pass before the next reduces the LR; default: 10">,
    Key<"threshold", NonNegative, "how much better counts", "1e-4", ["min_delta", "epsilon"]>,
    Key<"threshold_mode", OneOf<["rel", "abs"]>,
        "\"rel\": by this share of the best; \"abs\": by this much", "\"rel\"">,
    Key<"cooldown", Duration, "observations after a reduction that count for nothing; default: none">,
    Key<"min_lr", NonNegative, "no reduction goes below this LR", "0.0", ["min_lrs"]>,
    Key<"eps", NonNegative, "a reduction by no more than this is left out", "1e-8">])>;

#endif // DSC_REACTIONS_TD
