// RUN: dsc-opt %s | FileCheck %s
// RUN: dsc-opt %s | dsc-opt | FileCheck %s

// CHECK: plan.buffer @param f32 element[8192]
plan.buffer @param f32 element[8192]
plan.buffer @grad f32 element[8192]
// CHECK: plan.buffer @exp_avg f32 element[8192] {fill = 1.000000e+00 : f64, saved}
plan.buffer @exp_avg f32 element[8192] {fill = 1.0, saved}
// CHECK: plan.buffer @compute bf16 element[8192]
plan.buffer @compute bf16 element[8192]
// CHECK: plan.buffer @partials f64 block[2]
plan.buffer @partials f64 block[2]
// CHECK: plan.buffer @counters i64 program[1]
plan.buffer @counters i64 program[1]
plan.buffer @uniforms f64 program[2]

func.func private @norm_body(%index: i64, %g: f32) -> f64 {
  %wide = arith.extf %g : f32 to f64
  %square = arith.mulf %wide, %wide : f64
  return %square : f64
}
// CHECK: plan.kernel @norm reduce @norm_body [#plan.use<read @grad>, #plan.use<partials @partials>]
// CHECK-SAME: uniforms = [] bytes = 4.000000e+00 stages = ["norm"]
plan.kernel @norm reduce @norm_body
  [#plan.use<read @grad>, #plan.use<partials @partials>]
  uniforms = [] bytes = 4.0 stages = ["norm"]

func.func private @finish_body(%step: i64, %sum: f64) -> (f64, f64) {
  return %sum, %sum : f64, f64
}
// CHECK: plan.kernel @finish finish @finish_body
// CHECK-SAME: [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @uniforms>]
plan.kernel @finish finish @finish_body
  [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @uniforms>]
  uniforms = [] bytes = 0.0 stages = ["norm", "schedule"]

func.func private @update_body(%index: i64, %g: f32, %p: f32, %m: f32, %lr: f32) -> (f32, f32, i16) {
  %bits = arith.bitcast %p : f32 to i32
  %high = arith.trunci %bits : i32 to i16
  return %lr, %m, %high : f32, f32, i16
}
// CHECK: plan.kernel @update map @update_body
// CHECK-SAME: uniforms = [1] bytes = 2.200000e+01 stages = ["sgd", "bf16_copy"]
plan.kernel @update map @update_body
  [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<update @exp_avg>,
   #plan.use<write @compute>, #plan.use<uniforms @uniforms>]
  uniforms = [1] bytes = 22.0 stages = ["sgd", "bf16_copy"]

func.func private @update_uniforms(%step: i64) -> f64 {
  %lr = arith.sitofp %step : i64 to f64
  return %lr : f64
}
// CHECK: plan.kernel @bare map @update_body
// CHECK-SAME: uniforms = [0] prologue = @update_uniforms bytes = 2.200000e+01
plan.kernel @bare map @update_body
  [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<update @exp_avg>,
   #plan.use<write @compute>, #plan.use<counters @counters>]
  uniforms = [0] prologue = @update_uniforms bytes = 22.0 stages = ["schedule", "sgd"]
