// RUN: dsc-opt %s --dsc-cuda-loops | FileCheck %s

plan.buffer @param f32 element[8000]
plan.buffer @grad f32 element[8000]
plan.buffer @compute bf16 element[8000]
plan.buffer @partials f64 block[2]
plan.buffer @uniforms f64 program[1]
plan.buffer @counters i64 program[1]

// An address for each operand, then the range, then that of a word: where there
// is one and it is not zero, the step is not made. Four elements a thread;
// those that are left of the range go to a thread each.
// CHECK-LABEL: llvm.func @update(
// CHECK-SAME: %[[GRAD:[a-z0-9]+]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias}
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: i64, %[[END:[a-z0-9]+]]: i64, %[[WORD:[a-z0-9]+]]: !llvm.ptr<1>
// CHECK-SAME: nvvm.kernel, nvvm.reqntid = array<i32: 256>
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[WORD]]
// CHECK: llvm.cond_br %[[NONE]], ^[[BODY:.*]], ^
// CHECK: llvm.load %[[WORD]] {{.*}} -> i64
// CHECK: llvm.cond_br %{{.*}}, ^[[BODY]], ^[[LEAVE:.*]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: llvm.return
// CHECK: ^[[BODY]]:
// CHECK: nvvm.read.ptx.sreg.tid.x
// CHECK: nvvm.read.ptx.sreg.ctaid.x
// CHECK: nvvm.read.ptx.sreg.nctaid.x
// CHECK: %[[LR:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK: %[[STOP:.*]] = arith.andi %[[END]]
// CHECK: scf.for %{{.*}} to %[[STOP]]
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xf32>
// CHECK-COUNT-4: arith.mulf %{{.*}}, %[[LR]] : f32
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<1>
// CHECK: llvm.store %{{.*}} {alignment = 8 : i64} : vector<4xi16>, !llvm.ptr<1>
// CHECK: arith.cmpi slt, %{{.*}}, %[[END]]
// CHECK: scf.if
// CHECK: arith.mulf %{{.*}}, %[[LR]] : f32
// CHECK: llvm.return
// CHECK-NOT: plan.
func.func private @update_body(%index: i64, %g: f32, %p: f32, %lr: f32) -> (f32, i16) {
  %change = arith.mulf %g, %lr : f32
  %new = arith.subf %p, %change : f32
  %bits = arith.bitcast %new : f32 to i32
  %half = arith.trunci %bits : i32 to i16
  return %new, %half : f32, i16
}
plan.kernel @update map @update_body
  [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<write @compute>, #plan.use<uniforms @uniforms>]
  uniforms = [0] bytes = 14.0 stages = ["sgd"]

// Without a finish one thread of each block computes what is uniform, from the
// counter of steps in the device's memory.
// CHECK: llvm.mlir.global internal @scheduled_shared_uniforms() {addr_space = 3 : i32{{.*}}} : !llvm.array<1 x f32>
// CHECK-LABEL: llvm.func @scheduled(
// CHECK: scf.if
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i64
// CHECK: call @scheduled_uniforms
// CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<3>
// CHECK: nvvm.barrier0
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> f32
// CHECK: scf.for
func.func private @scheduled_uniforms(%step: i64) -> f64 {
  %lr = arith.sitofp %step : i64 to f64
  return %lr : f64
}
func.func private @scheduled_body(%index: i64, %g: f32, %p: f32, %lr: f32) -> f32 {
  %change = arith.mulf %g, %lr : f32
  %new = arith.subf %p, %change : f32
  return %new : f32
}
plan.kernel @scheduled map @scheduled_body
  [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<counters @counters>]
  uniforms = [0] prologue = @scheduled_uniforms bytes = 12.0 stages = ["schedule", "sgd"]

// A lane to a thread: its terms in order, many loads ahead of the first sum;
// then one thread adds lanes that are 8, 4, 2 and 1 apart. Registers for eight
// blocks hold what is under way; for more, the assembler would load less ahead.
// CHECK: llvm.mlir.global internal @norm_lanes0() {addr_space = 3 : i32{{.*}}} : !llvm.array<64 x f64>
// CHECK-LABEL: llvm.func @norm(
// CHECK-SAME: nvvm.minctasm = 8 : i32, nvvm.reqntid = array<i32: 64>
// CHECK: scf.for
// CHECK: arith.minsi
// CHECK: scf.for
// CHECK-COUNT-32: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
// CHECK-COUNT-32: arith.addf %{{.*}} : f64
// CHECK: scf.for
// CHECK: arith.addf %{{.*}} : f64
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<3>
// CHECK: nvvm.barrier0
// CHECK: scf.if
// CHECK-COUNT-16: llvm.load %{{.*}} : !llvm.ptr<3> -> f64
// CHECK-COUNT-15: arith.addf %{{.*}} : f64
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: nvvm.barrier0
func.func private @norm_body(%index: i64, %g: f32) -> f64 {
  %wide = arith.extf %g : f32 to f64
  %square = arith.mulf %wide, %wide : f64
  return %square : f64
}
plan.kernel @norm reduce @norm_body
  [#plan.use<read @grad>, #plan.use<partials @partials>]
  uniforms = [] bytes = 4.0 stages = ["norm"]

// The tree by all threads of one block, eight sums to one, a barrier between
// reading and adding; the body by the first thread. Threads read what others
// wrote, so nothing is said about aliases. All of this body waits for the sum:
// the rate is the same at every step.
// CHECK-LABEL: llvm.func @finish(
// CHECK-NOT: llvm.noalias
// CHECK-SAME: nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 256>
// CHECK: scf.while
// CHECK: %[[ALL:.*]] = arith.constant 256 : i64
// CHECK: scf.for %{{.*}} step %[[ALL]]
// CHECK: scf.if
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<1> -> f64
// CHECK-NOT: arith.addf
// CHECK: nvvm.barrier0
// CHECK: scf.if
// CHECK-COUNT-7: arith.addf
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: nvvm.barrier0
// CHECK: scf.if
// CHECK: call @finish_body
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
func.func private @constant_rate(%step: i64) -> f64 {
  %unused = arith.sitofp %step : i64 to f64
  %rate = arith.constant 0.5 : f64
  return %rate : f64
}
func.func private @finish_body(%step: i64, %sum: f64) -> f64 {
  %rate = func.call @constant_rate(%step) : (i64) -> f64
  %scaled = arith.mulf %sum, %rate : f64
  return %scaled : f64
}
plan.kernel @finish finish @finish_body
  [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @uniforms>]
  uniforms = [] bytes = 0.0 stages = ["norm"]

// What waits for no sum is the work of the last warp beside the tree, whose
// threads meet without it. It stores what it can, here what becomes of the
// step, and hands over what the first thread needs of it besides the sum: the
// rate, and the state, which that one does not read.
// CHECK: llvm.mlir.global internal @scheduled_finish_handed_over() {addr_space = 3 : i32{{.*}}} : !llvm.array<2 x i64>
// CHECK-LABEL: llvm.func @scheduled_finish(
// CHECK-NOT: nvvm.barrier0
// CHECK: %[[OTHERS:.*]] = arith.constant 224 : i64
// CHECK: arith.cmpi slt, %{{.*}}, %[[OTHERS]]
// CHECK: scf.if
// CHECK: scf.while
// CHECK: %[[STEP:.*]] = arith.constant 224 : i64
// CHECK: scf.for %{{.*}} step %[[STEP]]
// CHECK: %[[COUNT:.*]] = arith.constant 224 : i32
// CHECK: nvvm.barrier id = %{{.*}} number_of_threads = %[[COUNT]]
// CHECK: nvvm.barrier id =
// CHECK: arith.cmpi eq
// CHECK: scf.if
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i64
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> f64
// CHECK: call @moving_rate
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK-COUNT-2: llvm.store %{{.*}} : f64, !llvm.ptr<3>
// CHECK: nvvm.barrier0
// CHECK: scf.if
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> f64
// CHECK-COUNT-2: llvm.load %{{.*}} : !llvm.ptr<3> -> f64
// CHECK: arith.mulf
// CHECK: arith.constant 1.000000e+00
// CHECK: arith.addf
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
func.func private @moving_rate(%step: i64) -> f64 {
  %rate = arith.sitofp %step : i64 to f64
  return %rate : f64
}
func.func private @scheduled_finish_body(%step: i64, %sum: f64, %state: f64) -> (f64, f64, f64) {
  %one = arith.constant 1.0 : f64
  %rate = func.call @moving_rate(%step) : (i64) -> f64
  %scaled = arith.mulf %sum, %rate : f64
  %next = arith.addf %scaled, %one : f64
  %kept = arith.maximumf %next, %state : f64
  return %scaled, %rate, %kept : f64, f64, f64
}
plan.buffer @two_uniforms f64 program[2]
plan.buffer @state f64 program[1]
plan.kernel @scheduled_finish finish @scheduled_finish_body
  [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @two_uniforms>, #plan.use<state @state>]
  uniforms = [] bytes = 0.0 stages = ["norm", "schedule"]

// Where the first thread needs nothing of the last warp, nobody waits for it.
// CHECK-LABEL: llvm.func @apart(
// CHECK: nvvm.barrier id =
// CHECK: call @moving_rate
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: llvm.return
func.func private @apart_body(%step: i64, %sum: f64) -> (f64, f64) {
  %rate = func.call @moving_rate(%step) : (i64) -> f64
  return %rate, %sum : f64, f64
}
plan.kernel @apart finish @apart_body
  [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @two_uniforms>]
  uniforms = [] bytes = 0.0 stages = ["norm", "schedule"]

// Nor does the first thread replace state that the last warp has still to read.
// CHECK-LABEL: llvm.func @replaced(
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i64
// CHECK: call @moving_rate
// CHECK-COUNT-2: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: nvvm.barrier0
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr<1>
// CHECK: llvm.return
func.func private @replaced_body(%step: i64, %sum: f64, %state: f64) -> (f64, f64, f64) {
  %rate = func.call @moving_rate(%step) : (i64) -> f64
  return %rate, %state, %sum : f64, f64, f64
}
plan.kernel @replaced finish @replaced_body
  [#plan.use<partials @partials>, #plan.use<counters @counters>, #plan.use<uniforms @two_uniforms>, #plan.use<state @state>]
  uniforms = [] bytes = 0.0 stages = ["norm", "schedule"]
