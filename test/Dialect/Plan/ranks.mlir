// RUN: %dsc-opt %s | FileCheck %s
// RUN: %dsc-opt %s | %dsc-opt | FileCheck %s --strict-whitespace
// What ranks share: axes, placements, buckets, and the ops between ranks.

plan.graph @model {
  %x = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %y = plan.input "targets" : !plan.tensor<i64 [B]>
  %loss, %scores = plan.unit @head(%x, %y)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 []>, !plan.tensor<f32 [B, 4]>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %s = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %l = plan.call "aten::cross_entropy_loss"(%s, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %l, %s : !plan.tensor<f32 []>, !plan.tensor<f32 [B, 4]>
  }
  plan.outputs loss(%loss : !plan.tensor<f32 []>) scores(%scores : !plan.tensor<f32 [B, 4]>)
}
plan.group @default [0, 8192) lr_scale(1.0) weight_decay(0.0)

// CHECK: plan.mesh ["data"] = [0]
plan.mesh ["data"] = [0]
// CHECK: plan.strategy "zero2" along "data" parameter({{ ?}}replicate) gradient({{ ?}}shard) optimizer({{ ?}}shard)
plan.strategy "zero2" along "data" parameter(replicate) gradient(shard) optimizer(shard)
// CHECK: plan.buffer @param f32 element[8192]{{$}}
plan.buffer @param f32 element[8192]
// CHECK: plan.buffer @grad f32 element[8192] {placement = #plan<placement shard>}
plan.buffer @grad f32 element[8192] {placement = #plan<placement shard>}
plan.buffer @passing f32 element[8192] {placement = #plan<placement partial>}
plan.buffer @partials f64 block[2] {placement = #plan<placement partial>}
func.func private @norm_body(%index: i64, %g: f32) -> f64
plan.kernel @norm reduce @norm_body
  [#plan.use<read @grad>, #plan.use<partials @partials>]
  uniforms = [] bytes = 4.0 stages = ["norm"]
// CHECK: plan.bucket @bucket0[0, 4096) ready @head first @head passing(4096)
plan.bucket @bucket0 [0, 4096) ready @head first @head passing(4096)
// CHECK: plan.bucket @bucket1[4096, 8192) ready @head first @head{{$}}
plan.bucket @bucket1 [4096, 8192) ready @head first @head

// CHECK: plan.program @last_micro
plan.program @last_micro {
  plan.load_batch
  // CHECK: plan.forward @head waits [1, 2]
  plan.forward @head waits [1, 2]
  plan.backward @head
  // CHECK: plan.gradients_done @bucket0
  plan.gradients_done @bucket0
  // CHECK: plan.reduce_scatter @grad @bucket0 on communication signals(0)
  plan.reduce_scatter @grad @bucket0 on communication signals(0)
  // CHECK: plan.all_reduce @grad @bucket1 on communication signals(1)
  plan.all_reduce @grad @bucket1 on communication signals(1)
  // CHECK: plan.gradients_done{{$}}
  plan.gradients_done
  // CHECK: plan.keep_subtree
  plan.keep_subtree
}
// CHECK: plan.program @update
plan.program @update {
  // CHECK: plan.share_loss waits [0, 1]
  plan.share_loss waits [0, 1]
  // CHECK: plan.join_subtrees @bucket0 owned
  plan.join_subtrees @bucket0 owned
  // CHECK: plan.join_subtrees @bucket1{{$}}
  plan.join_subtrees @bucket1
  // CHECK: plan.clear @partials
  plan.clear @partials
  // CHECK: plan.launch @norm[0, 2) owned
  plan.launch @norm [0, 2) owned
  // CHECK: plan.all_reduce @partials{{$}}
  plan.all_reduce @partials
  // CHECK: plan.all_gather @param @bucket0 on communication signals(2)
  plan.all_gather @param @bucket0 on communication signals(2)
}
