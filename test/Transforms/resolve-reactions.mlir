// RUN: %dsc-opt --dsc-resolve=schedule-only %s | FileCheck %s

// Lengths become counts; an early end moves what follows up to the phase "rest", and decides over where it starts.

module {
  dsc.recipe attributes {dsc = 1 : i64, name = "one"} {
    // CHECK: dsc.schedule
    // CHECK-SAME: reactions = {on_spike = {metric = "loss", ratio = 3.000000e+00 : f64, recover = 10 : i64, scale = 5.000000e-01 : f64}}
    dsc.schedule {peak = 1.0 : f64, on_spike = {metric = "loss", ratio = 3.0 : f64, scale = 0.5 : f64, recover = #dsc.length<1.0e1 : f64, "percent">}}
    // CHECK: dsc.linear
    // CHECK-SAME: reaction = {until = {metric = "grad_norm", mode = "min", name = "up", patience = 5 : i64, threshold = 0.000000e+00 : f64, threshold_mode = "rel"}}
    dsc.linear {name = "up", from = #dsc.amount<0.0 : f64, false>, length = #dsc.length<5.0e1 : f64, "percent">,
                until = {metric = "grad_norm", mode = "min", patience = #dsc.length<5.0 : f64, "steps">, threshold = 0.0 : f64, threshold_mode = "rel"}}
    // CHECK: dsc.constant
    // CHECK-SAME: reaction = {follows = ["lr"]}
    dsc.constant {name = "hold", length = #dsc.length<1.0e1 : f64, "steps">}
    // CHECK: dsc.cosine
    // CHECK-SAME: reaction = {follows = ["lr"], stretches}
    dsc.cosine {name = "down", length = #dsc.length<0.0 : f64, "rest">, to = #dsc.amount<1.0e1 : f64, true>}
    // CHECK: dsc.linear
    // CHECK-NOT: stretches
    dsc.linear {name = "tail", length = #dsc.length<5.0 : f64, "steps">, from = #dsc.amount<1.0e1 : f64, true>, to = #dsc.amount<1.0 : f64, true>}
    dsc.train {batch = 9 : i64, length = #dsc.length<1.0e2 : f64, "steps">}
  }
}
