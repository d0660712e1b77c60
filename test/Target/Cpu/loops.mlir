// RUN: dsc-opt %s --dsc-cpu-loops | FileCheck %s

plan.buffer @param f32 element[8000]
plan.buffer @grad f32 element[8000]
plan.buffer @partials f64 block[2]
plan.buffer @uniforms f64 program[1]

// The uniform is loaded and rounded once, before sixteen elements at a time;
// what is left of the range goes one by one.
// CHECK-LABEL: func.func @update(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: %[[LR:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK: %[[WIDE:.*]] = vector.broadcast %[[LR]] : f32 to vector<16xf32>
// CHECK: %[[STOP:.*]] = arith.andi %[[END]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[STOP]]
// CHECK: llvm.load %{{.*}} {alignment = 64 : i64} : !llvm.ptr -> vector<16xf32>
// CHECK: arith.mulf %{{.*}}, %[[WIDE]] : vector<16xf32>
// CHECK: llvm.store %{{.*}} {alignment = 64 : i64} : vector<16xf32>, !llvm.ptr
// CHECK: scf.for %{{.*}} = %[[STOP]] to %[[END]]
// CHECK: arith.mulf %{{.*}}, %[[LR]] : f32
// CHECK-NOT: plan.
func.func private @update_body(%index: i64, %g: f32, %p: f32, %lr: f32) -> f32 {
  %change = arith.mulf %g, %lr : f32
  %new = arith.subf %p, %change : f32
  return %new : f32
}
plan.kernel @update map @update_body
  [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<uniforms @uniforms>]
  uniforms = [0] bytes = 12.0 stages = ["sgd"]

// Sixteen f64 lanes, then 8, 4, 2 and 1; the arena's odd end is masked.
// CHECK-LABEL: func.func @norm
// CHECK: scf.for
// CHECK: scf.for {{.*}} -> (vector<16xf64>)
// CHECK: llvm.intr.masked.load
// CHECK: vector.shuffle {{.*}} [0, 1, 2, 3, 4, 5, 6, 7]
// CHECK: vector.shuffle {{.*}} [8, 9, 10, 11, 12, 13, 14, 15]
// CHECK: arith.addf {{.*}} : vector<8xf64>
// CHECK: arith.addf {{.*}} : vector<4xf64>
// CHECK: arith.addf {{.*}} : vector<2xf64>
// CHECK: arith.addf {{.*}} : vector<1xf64>
func.func private @norm_body(%index: i64, %g: f32) -> f64 {
  %wide = arith.extf %g : f32 to f64
  %square = arith.mulf %wide, %wide : f64
  return %square : f64
}
plan.kernel @norm reduce @norm_body
  [#plan.use<read @grad>, #plan.use<partials @partials>]
  uniforms = [] bytes = 4.0 stages = ["norm"]
