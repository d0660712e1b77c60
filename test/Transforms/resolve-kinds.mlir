// RUN: %dsc-opt --dsc-resolve=schedule-only %s | FileCheck %s

// Lengths and amounts of a kind's own become steps and rates; a curve's own end is where the next phase starts.

module {
  dsc.recipe attributes {dsc = 1 : i64, name = "one"} {
    dsc.schedule {peak = 1.0 : f64}
    // CHECK: dsc.step
    // CHECK-SAME: ends = [1.000000e+00, 1.000000e+00]
    // CHECK-SAME: finish = 2.500000e-01 : f64
    // CHECK-SAME: own_steps = {every = 10 : i64}
    // CHECK-SAME: start = 1.000000e+00 : f64
    dsc.step {every = #dsc.length<1.0e1 : f64, "steps">, gamma = 0.5 : f64, length = #dsc.length<3.0e1 : f64, "steps">}
    // CHECK: dsc.cosine
    // CHECK-SAME: ends = [2.500000e-01, 1.000000e+00]
    // CHECK-SAME: finish = 2.500000e-01 : f64
    // CHECK-SAME: start = 2.500000e-01 : f64
    dsc.cosine {cycles = 1.0 : f64, length = #dsc.length<3.0e1 : f64, "steps">}
    // CHECK: dsc.noam
    // CHECK-SAME: finish = 1.250000e-01 : f64
    // CHECK-SAME: own_rates = {base = 1.000000e+00 : f64}, own_steps = {warmup = 16 : i64}
    // CHECK-SAME: start = 0.000000e+00 : f64
    dsc.noam {length = #dsc.length<6.4e1 : f64, "steps">, warmup = #dsc.length<1.6e1 : f64, "steps">, width = 1 : i64}
    // CHECK: dsc.train
    dsc.train {batch = 9 : i64, length = #dsc.length<1.24e2 : f64, "steps">}
  }
}
