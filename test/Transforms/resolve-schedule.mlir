// RUN: %dsc-opt --dsc-resolve-defaults=schedule-only --dsc-resolve-lengths=schedule-only --dsc-resolve-schedule %s | FileCheck %s
// RUN: %dsc-opt --dsc-resolve=schedule-only %s | FileCheck %s

// Boundaries are rounded where they lie, the last phase ends with the run, ends follow from the ends before.

module {
  dsc.recipe attributes {dsc = 1 : i64, name = "one"} {
    // CHECK: dsc.schedule
    // CHECK-SAME: inclusive = "right"
    dsc.schedule {peak = 3.0e-3 : f64}
    // CHECK: dsc.linear
    // CHECK-SAME: begin = 0 : i64
    // CHECK-SAME: end = 6 : i64
    // CHECK-SAME: finish = 3.000000e-03 : f64
    // CHECK-SAME: inclusive = "right"
    // CHECK-SAME: name = "linear"
    // CHECK-SAME: start = 0.000000e+00 : f64
    dsc.linear {from = #dsc.amount<0.0 : f64, false>, length = #dsc.length<5.0 : f64, "percent">}
    // CHECK: dsc.cosine
    // CHECK-SAME: begin = 6 : i64
    // CHECK-SAME: end = 111 : i64
    // CHECK-SAME: finish = 3.000000e-04 : f64
    // CHECK-SAME: start = 3.000000e-03 : f64
    dsc.cosine {length = #dsc.length<0.0 : f64, "rest">, to = #dsc.amount<1.0e1 : f64, true>}
    // CHECK: dsc.train
    // CHECK-SAME: steps = 111 : i64
    dsc.train {batch = 9 : i64, length = #dsc.length<9.98e2 : f64, "samples">}
  }
}
