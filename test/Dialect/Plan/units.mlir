// RUN: %dsc-opt %s | FileCheck %s
// RUN: %dsc-opt %s | %dsc-opt | FileCheck %s
// RUN: %dsc-opt -mlir-print-op-generic %s | %dsc-opt | FileCheck %s

// Every notation of a model graph survives a round trip, also through the generic form.

// CHECK-LABEL: plan.graph @model
plan.graph @model {
  // CHECK: %[[INPUTS:.*]] = plan.input "inputs" : !plan.tensor<i64 [B, L]>
  %inputs = plan.input "inputs" : !plan.tensor<i64 [B, L]>
  // CHECK: %[[TARGETS:.*]] = plan.input "targets" : !plan.tensor<i64 [B*L]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B*L]>
  // CHECK: plan.parameter @wte.weight [16, 8] role<embedding> depth(0) init<normal>(2.000000e-02)
  plan.parameter @wte.weight [16, 8] role<embedding> depth(0) init<normal>(2.0e-2)
  // CHECK: plan.parameter @ln.weight [8] role<norm> depth(1) init<ones>(0.000000e+00) {group = 1 : i64, offset = 128 : i64}
  plan.parameter @ln.weight [8] role<norm> depth(1) init<ones>(0.0) {group = 1, offset = 128}
  // CHECK: plan.parameter @head.bias [16] role<bias> depth(1) init<uniform>(5.000000e-01) {frozen, offset = 0 : i64}
  plan.parameter @head.bias [16] role<bias> depth(1) init<uniform>(0.5) {frozen, offset = 0}

  // CHECK: %[[X:.*]] = plan.unit @embed(%[[INPUTS]]) : (!plan.tensor<i64 [B, L]>) -> !plan.tensor<bf16 [B*L, 8]>
  %x = plan.unit @embed(%inputs) : (!plan.tensor<i64 [B, L]>) -> !plan.tensor<bf16 [B*L, 8]> {
  // CHECK-NEXT: ^bb0(%[[TOKENS:.*]]: !plan.tensor<i64 [B, L]>):
  ^bb0(%tokens: !plan.tensor<i64 [B, L]>):
    // CHECK: %[[W:.*]] = plan.use @wte.weight : !plan.tensor<bf16 [16, 8]>
    %w = plan.use @wte.weight : !plan.tensor<bf16 [16, 8]>
    // CHECK: plan.call "aten::embedding"(%[[W]], %[[TOKENS]], -1, false, false) :
    %e = plan.call "aten::embedding"(%w, %tokens, -1, false, false)
      : (!plan.tensor<bf16 [16, 8]>, !plan.tensor<i64 [B, L]>) -> !plan.tensor<bf16 [B, L, 8]>
    // CHECK: plan.call "aten::view"(%{{.*}}, [B*L, 8]) : (!plan.tensor<bf16 [B, L, 8]>) -> !plan.tensor<bf16 [B*L, 8]>
    %f = plan.call "aten::view"(%e, [L*B, 2*4]) : (!plan.tensor<bf16 [B, L, 8]>) -> !plan.tensor<bf16 [B*L, 8]>
    // CHECK: %[[PARTS:.*]]:2 = plan.call "aten::split.Tensor"(%{{.*}}, 4, 1) :
    %parts:2 = plan.call "aten::split.Tensor"(%f, 4, 1)
      : (!plan.tensor<bf16 [B*L, 8]>) -> (!plan.tensor<bf16 [B*L, 4]>, !plan.tensor<bf16 [B*L, 4]>)
    // CHECK: plan.call "aten::cat"(list{%[[PARTS]]#1, %[[PARTS]]#0}, 1) {note = "swapped"} :
    %g = plan.call "aten::cat"(list{%parts#1, %parts#0}, 1) {note = "swapped"}
      : (!plan.tensor<bf16 [B*L, 4]>, !plan.tensor<bf16 [B*L, 4]>) -> !plan.tensor<bf16 [B*L, 8]>
    // CHECK: plan.use @ln.weight
    %n = plan.use @ln.weight : !plan.tensor<bf16 [8]>
    // CHECK: plan.call "aten::layer_norm"(%{{.*}}, [8], %{{.*}}, none, real(1.000000e-05), false) :
    %h = plan.call "aten::layer_norm"(%g, [8], %n, none, real(1.0e-5), false)
      : (!plan.tensor<bf16 [B*L, 8]>, !plan.tensor<bf16 [8]>) -> !plan.tensor<bf16 [B*L, 8]>
    // CHECK: plan.call "aten::gelu"(%{{.*}}, "tanh") :
    %i = plan.call "aten::gelu"(%h, "tanh") : (!plan.tensor<bf16 [B*L, 8]>) -> !plan.tensor<bf16 [B*L, 8]>
    // CHECK: plan.yield %{{.*}} : !plan.tensor<bf16 [B*L, 8]>
    plan.yield %i : !plan.tensor<bf16 [B*L, 8]>
  }

  // CHECK: %[[SCORES:.*]] = plan.unit @head
  %scores = plan.unit @head(%x) : (!plan.tensor<bf16 [B*L, 8]>) -> !plan.tensor<f32 [B*L, 16]> {
  ^bb0(%in: !plan.tensor<bf16 [B*L, 8]>):
    %w = plan.use @wte.weight : !plan.tensor<bf16 [16, 8]>
    %b = plan.use @head.bias : !plan.tensor<bf16 [16]>
    %s = plan.call "aten::linear"(%in, %w, %b)
      : (!plan.tensor<bf16 [B*L, 8]>, !plan.tensor<bf16 [16, 8]>, !plan.tensor<bf16 [16]>) -> !plan.tensor<bf16 [B*L, 16]>
    // CHECK: plan.call "aten::to.dtype"(%{{.*}}, f32, false, false, none) :
    %t = plan.call "aten::to.dtype"(%s, f32, false, false, none)
      : (!plan.tensor<bf16 [B*L, 16]>) -> !plan.tensor<f32 [B*L, 16]>
    plan.yield %t : !plan.tensor<f32 [B*L, 16]>
  }

  // CHECK: %[[LOSS:.*]] = plan.unit @loss(%[[SCORES]], %[[TARGETS]]) :
  %loss = plan.unit @loss(%scores, %targets)
      : (!plan.tensor<f32 [B*L, 16]>, !plan.tensor<i64 [B*L]>) -> !plan.tensor<f32 []> {
  ^bb0(%s: !plan.tensor<f32 [B*L, 16]>, %t: !plan.tensor<i64 [B*L]>):
    // CHECK: plan.call "aten::cross_entropy_loss"(%{{.*}}, %{{.*}}, none, 2, -100, real(0.000000e+00)) :
    %l = plan.call "aten::cross_entropy_loss"(%s, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B*L, 16]>, !plan.tensor<i64 [B*L]>) -> !plan.tensor<f32 []>
    plan.yield %l : !plan.tensor<f32 []>
  }
  // CHECK: plan.outputs loss(%[[LOSS]] : !plan.tensor<f32 []>) scores(%[[SCORES]] : !plan.tensor<f32 [B*L, 16]>)
  plan.outputs loss(%loss : !plan.tensor<f32 []>) scores(%scores : !plan.tensor<f32 [B*L, 16]>)
}
