// RUN: %dsc-opt %s -split-input-file -verify-diagnostics

// One case for each label of dialect/Plan/Units.cpp, UnitTypes.cpp and CallOp.cpp.

// tensor_t1
// expected-error @below {{tensor holds 'i7', expected f32, f64, bf16, f16, i64, i32 or i1}}
func.func private @t(!plan.tensor<i7 [B]>)

// -----

// tensor_t2
// expected-error @below {{tensor has size -2*B, expected 1 or more}}
func.func private @t(!plan.tensor<f32 [-2*B]>)

// -----

// tensor_t3
// expected-error @below {{has more elements than 64 bits can count}}
func.func private @t(!plan.tensor<f32 [4294967296, 4294967296]>)

// -----

// expected-error @below {{expected an integer, B or L}}
func.func private @t(!plan.tensor<f32 [B, T]>)

// -----

// expected-error @below {{size is out of range}}
func.func private @t(!plan.tensor<f32 [B*B*B*B*B*B*B*B*B]>)

// -----

// operands_n1
// expected-error @below {{list of -1 operands, expected 0 or more}}
func.func private @t() attributes {a = #plan.operands<-1>}

// -----

// graph_g1
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  // expected-error @below {{cannot stand in a graph: expected inputs, parameters, units}}
  %c = arith.constant 1 : i64
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// graph_g2
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  // expected-error @below {{has the name of another unit}}
  %z = plan.unit @a(%s) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]> {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    plan.yield %y : !plan.tensor<f32 [B, 4]>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// graph_g3
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{is used by no unit}}
  plan.parameter @w [4, 4] role<weight> depth(1) init<zeros>(0.0)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// outputs_o1
plan.graph @model {
  %l = plan.input "loss" : !plan.tensor<f32 [B]>
  %s = plan.input "scores" : !plan.tensor<f32 [B, 4]>
  // expected-error @below {{has a loss of type '!plan.tensor<f32 [B]>', expected an f32 scalar}}
  plan.outputs loss(%l : !plan.tensor<f32 [B]>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// outputs_o2
plan.graph @model {
  %l = plan.input "loss" : !plan.tensor<f32 []>
  %s = plan.input "scores" : !plan.tensor<f32 [B]>
  // expected-error @below {{has scores of type '!plan.tensor<f32 [B]>', expected rows of floating-point numbers}}
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B]>)
}

// -----

// outputs_o3
plan.graph @model {
  %l = plan.input "loss" : !plan.tensor<f32 []>
  %s = plan.input "scores" : !plan.tensor<f32 [B, 4]>
  // expected-error @below {{reads a value that no unit makes}}
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// parameter_p1
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{has an impossible shape}}
  plan.parameter @w [4, 0] role<weight> depth(1) init<zeros>(0.0)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// parameter_p2
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{has depth -1, expected 0 or more}}
  plan.parameter @w [4] role<weight> depth(-1) init<zeros>(0.0)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// parameter_p3
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{has the initial scale -2.000000e-02, expected a finite number of 0 or more}}
  plan.parameter @w [4] role<weight> depth(1) init<normal>(-0.02)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// unit_u1
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    // expected-error @below {{cannot stand in a unit: expected uses and calls}}
    %c = arith.constant 1 : i64
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// unit_u2
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{has arguments of other types than its inputs}}
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 5]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 5]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 5]>) -> !plan.tensor<f32 [B, 5]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 5]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 5]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 5]>)
}

// -----

// unit_u3
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{yields other types than it declares}}
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 5]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 5]>)
}

// -----

// unit_u4
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  // expected-error @below {{yields a value that none of its calls makes}}
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %in, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// use_s1
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{names 'w', which is not a parameter of this graph}}
    %w = plan.use @w : !plan.tensor<f32 [4]>
    %y = plan.call "aten::add.Tensor"(%in, %w, real(1.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 [4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// use_s2
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  plan.parameter @w [8] role<weight> depth(1) init<zeros>(0.0)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{reads 'w' as '!plan.tensor<f32 [4]>', but its shape is [8]}}
    %w = plan.use @w : !plan.tensor<f32 [4]>
    %y = plan.call "aten::add.Tensor"(%in, %w, real(1.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 [4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// call_c1
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{calls 'aten::relu.Tensor', which the operator table does not have}}
    %y = plan.call "aten::relu.Tensor"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// call_c2
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{to aten::relu has 2 arguments, expected 1: relu(Tensor self) -> Tensor}}
    %y = plan.call "aten::relu"(%in, 1) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// call_c3
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{to aten::gelu has a wrong value for 'approximate'}}
    %y = plan.call "aten::gelu"(%in, true) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// call_c4: only the generic form can say it
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{to aten::relu has 2 operands, but its arguments name 1}}
    %y = "plan.call"(%in, %in) <{callee = "aten::relu", overload = "", slots = [#plan.operand]}>
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 4]>)
}

// -----

// call_c5
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [B, 5]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    // expected-error @below {{to aten::relu gives '!plan.tensor<f32 [B, 5]>', expected '!plan.tensor<f32 [B, 4]>'}}
    %y = plan.call "aten::relu"(%in) : (!plan.tensor<f32 [B, 4]>) -> !plan.tensor<f32 [B, 5]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [B, 5]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [B, 5]>)
}

// -----

// call_c6
plan.graph @model {
  %inputs = plan.input "inputs" : !plan.tensor<f32 [B, 4]>
  %targets = plan.input "targets" : !plan.tensor<i64 [B]>
  plan.parameter @w [4, 4] role<weight> depth(1) init<zeros>(0.0)
  %s, %l = plan.unit @a(%inputs, %targets)
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> (!plan.tensor<f32 [8, 4]>, !plan.tensor<f32 []>) {
  ^bb0(%in: !plan.tensor<f32 [B, 4]>, %t: !plan.tensor<i64 [B]>):
    %w = plan.use @w : !plan.tensor<f32 [4, 4]>
    %v = plan.call "aten::relu"(%w) : (!plan.tensor<f32 [4, 4]>) -> !plan.tensor<f32 [4, 4]>
    // expected-error @below {{to aten::cat has a parameter in a list}}
    %y = plan.call "aten::cat"(list{%v, %w}, 0)
      : (!plan.tensor<f32 [4, 4]>, !plan.tensor<f32 [4, 4]>) -> !plan.tensor<f32 [8, 4]>
    %loss = plan.call "aten::cross_entropy_loss"(%in, %t, none, 2, -100, real(0.0))
      : (!plan.tensor<f32 [B, 4]>, !plan.tensor<i64 [B]>) -> !plan.tensor<f32 []>
    plan.yield %y, %loss : !plan.tensor<f32 [8, 4]>, !plan.tensor<f32 []>
  }
  plan.outputs loss(%l : !plan.tensor<f32 []>) scores(%s : !plan.tensor<f32 [8, 4]>)
}
