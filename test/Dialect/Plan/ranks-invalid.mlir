// RUN: %dsc-opt %s -split-input-file -verify-diagnostics

// mesh_c1
// expected-error @below {{found 2 sizes for 1 axes, expected one for each}}
plan.mesh ["data"] = [0, 1]

// -----

// mesh_c2
// expected-error @below {{found two axes that are called 'data'}}
plan.mesh ["data", "data"] = [0, 1]

// -----

// mesh_c3
// expected-error @below {{found -1 ranks, expected 0 or more}}
plan.mesh ["data"] = [-1]

// -----

// strategy_c1
plan.mesh ["data"] = [0]
// expected-error @below {{found parameters placed 'shard', expected 'replicate'}}
plan.strategy "zero3" along "data" parameter(shard) gradient(shard) optimizer(shard)

// -----

// strategy_c2
plan.mesh ["data"] = [0]
// expected-error @below {{found optimizer state placed 'partial', expected 'replicate' or 'shard'}}
plan.strategy "odd" along "data" parameter(replicate) gradient(replicate) optimizer(partial)

// -----

// strategy_c3
plan.mesh ["data"] = [0]
// expected-error @below {{found gradients placed 'partial' for an optimizer placed 'replicate', expected both whole, or neither}}
plan.strategy "odd" along "data" parameter(replicate) gradient(partial) optimizer(replicate)

// -----

// strategy_c4
plan.mesh ["data"] = [0]
// expected-error @below {{found axis 'tensor', which no mesh has}}
plan.strategy "ddp" along "tensor" parameter(replicate) gradient(replicate) optimizer(replicate)

// -----

// bucket_c1
// expected-error @below {{found range [4096, 4096), expected 0 <= begin < end}}
plan.bucket @bucket0 [4096, 4096) ready @head first @head

// -----

// bucket_c2
// expected-error @below {{found range [0, 100), expected whole blocks of 4096}}
plan.bucket @bucket0 [0, 100) ready @head first @head

// -----

// bucket_c3
// expected-error @below {{found place -2, expected 0 or more, or -1 for none}}
plan.bucket @bucket0 [0, 4096) ready @head first @head passing(-2)

// -----

// bucket_c4
// expected-error @below {{found @head, expected the name of a unit}}
plan.bucket @bucket0 [0, 4096) ready @head first @head

// -----

// bucket_c5
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
plan.group @a [0, 4096) lr_scale(1.0) weight_decay(0.0)
plan.group @b [4096, 8192) lr_scale(1.0) weight_decay(0.0)
// expected-error @below {{found range [0, 8192), expected a part of one group}}
plan.bucket @bucket0 [0, 8192) ready @head first @head

// -----

// program_c1
plan.program @update {
  // expected-error @below {{found a wait for token 3, which nothing signals}}
  plan.share_loss waits [3]
}

// -----

// program_c2
plan.program @update {
  // expected-error @below {{found token -2, expected 0 or more}}
  plan.share_loss signals(-2)
}

// -----

// program_c3
plan.program @update {
  plan.share_loss signals(0)
  // expected-error @below {{found token 0, which another op of the program signals}}
  plan.share_loss signals(0)
}

// -----

// program_c4
plan.program @update {
  // expected-error @below {{found @partials, expected the name of a buffer}}
  plan.clear @partials
}

// -----

// program_c4
plan.buffer @grad f32 element[4096]
plan.program @update {
  // expected-error @below {{found @bucket0, expected the name of a bucket}}
  plan.all_reduce @grad @bucket0
}

// -----

// program_c5
plan.program @update {
  // expected-error @below {{found @head, expected the name of a unit}}
  plan.forward @head
}
