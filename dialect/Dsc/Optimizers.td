//===- Optimizers.td - the catalogue of optimizers ----------*- tablegen -*-===//
//
// One def for each `[optimizer] kind`. A def lists the keys of the table; the
// update itself is in Optimizers/<Name>.cpp. An op of the catalogue is also what
// a parameter group becomes once the group's keys are merged into the table's.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_OPTIMIZERS_TD
#define DSC_OPTIMIZERS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

/// An optimizer of kind `k`, whose weight decay is `decay` unless the recipe
/// says otherwise.
class Dsc_Optimizer<string mnemonic, string k, string decay, list<Key> own>
    : Dsc_Table<mnemonic, "optimizer", !listconcat(own, [
        Key<"weight_decay", NonNegative, "decay of the parameters",
            decay, ["wd", "weight_decay_rate", "l2"]>,
        Key<"clip_norm", Positive,
            "largest global norm of the gradient; default: no clipping", "",
            ["max_grad_norm", "gradient_clipping", "grad_clip", "clip_grad_norm",
             "gradient_clip_val", "max_norm"]>,
        Key<"layer_decay", UpToOne,
            "multiplies the LR of block i of L by layer_decay^(L - i), of embeddings by layer_decay^(L + 1); with a group's lr_scale; default: 1",
            "", ["layer_lr_decay", "layerwise_lr_decay", "lr_decay_rate", "llrd"]>
      ]), [], [DeclareOpInterfaceMethods<Dsc_OptimizerInterface>]> {
  let kind = k;
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

def Dsc_AdamWOp : Dsc_Optimizer<"adamw", "adamw", "0.01", [
    Key<"betas", Betas,
        "decay rates of the two averages, as in [0.9, 0.999]; default: [0.9, beta2]",
        "", ["beta1", "adam_beta1", "adam_betas", "b1"]>,
    Key<"beta2", Fraction,
        "decay rate of the second average, in place of betas: leaves beta1 at 0.9 or to the schedule's momentum",
        "0.999", ["adam_beta2", "b2"]>,
    Key<"eps", Positive, "added to the denominator", "1e-8",
        ["epsilon", "adam_epsilon", "adam_eps", "adam_w_eps"]>
  ]> {
  let summary = "Adam with decoupled weight decay";
  let description = [{
    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, with the
    decay multiplied by the current learning rate. In f32, for step k = 0, 1, ...:

    ```
    m = fma(beta1, m, (1 - beta1) g)
    v = fma(beta2, v, ((1 - beta2) g) g)
    p = fma(p, 1 - lr wd, -(lr / bc1 m) / fma(sqrt(v), 1 / sqrt(bc2), eps))
    ```

    where bc1 = 1 - beta1^(k+1) and bc2 = 1 - beta2^(k+1). What does not depend on
    the element is computed in f64 once per step and rounded once.
  }];
}

/// Its accessor would hide the interface's getMomentum.
def Dsc_Momentum : Key<"momentum", Fraction,
    "share of the last step that is kept", "0.0", ["mu", "sgd_momentum"]> {
  let attributeName = "own_momentum";
}

def Dsc_SgdOp : Dsc_Optimizer<"sgd", "sgd", "0.0", [
    Dsc_Momentum,
    Key<"nesterov", Switch, "looks ahead along the momentum", "false",
        ["use_nesterov", "nesterov_momentum"]>,
    Key<"dampening", Fraction, "share of the gradient that the momentum leaves out", "0.0">
  ]> {
  let summary = "stochastic gradient descent with momentum";
  let description = [{
    In f32, for step k = 0, 1, ..., with d = 0 at step 0 and the dampening after it:

    ```
    g = fma(wd, p, g)
    b = fma(momentum, b, (1 - d) g)
    p = fma(-lr, nesterov ? fma(momentum, b, g) : b, p)
    ```

    Without momentum there is no b, and g takes its place.
  }];
}

#endif // DSC_OPTIMIZERS_TD
