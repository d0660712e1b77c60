//===- Operators.td - the ATen operators that we emit ------*- tablegen -*-===//
//
// One record for each operator: what it takes, what it gives, what it costs.
// Shape inference, the call verifier, FLOPs and the memory estimate know
// operators from here only; OperatorRules.h has the words that rules use.
//
//===----------------------------------------------------------------------===//

#ifndef PLAN_OPERATORS_TD
#define PLAN_OPERATORS_TD

/// An operator of ATen.
///   schema      as PyTorch's native_functions.yaml writes it
///   shape       C++: the result types of `call`, or failure with a diagnostic
///   flops       C++: forward FLOPs of `call` under `binding`; what is linear in
///               the number of elements counts as nothing, as is usual
///   saves       arguments, or "result", that backward reads
///   extraBytes  C++: what backward reads beyond those
///   scratchBytes  C++: what backward makes for itself, besides gradients
///   view        the results share the first argument's memory
class Operator<string schema_, code shape_> {
  string schema = schema_;
  code shape = shape_;
  code flops = "0";
  list<string> saves = [];
  code extraBytes = "0";
  code scratchBytes = "0";
  bit view = 0;
}

class ViewOperator<string schema_, code shape_> : Operator<schema_, shape_> {
  let view = 1;
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

def : Operator<"addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
    [{ addmm(call) }]> {
  let flops = [{ 2 * elements(call.result(), binding) * size(call.tensor("mat1"), 1, binding) }];
  let saves = ["mat1", "mat2"];
}

def : Operator<"linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor",
    [{ linear(call) }]> {
  let flops = [{ 2 * elements(call.result(), binding) * size(call.tensor("weight"), 1, binding) }];
  let saves = ["input", "weight"];
}

// Queries times keys and weights times values; a causal mask is not discounted,
// by the usual convention. Backward also reads one log-sum per row of scores;
// on a GPU it sums the gradient of queries in f32.
def : Operator<"scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor",
    [{ attention(call) }]> {
  let flops = [{ 2 * elements(call.tensor("query"), binding) * size(call.tensor("key"), -2, binding) +
                 2 * elements(call.result(), binding) * size(call.tensor("key"), -2, binding) }];
  let saves = ["query", "key", "value", "result"];
  let extraBytes = [{ 4 * rows(call.tensor("query"), binding) }];
  let scratchBytes = [{ 4 * elements(call.tensor("query"), binding) }];
}

//===----------------------------------------------------------------------===//
// Element by element, and along rows
//===----------------------------------------------------------------------===//

def : Operator<"add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
    [{ broadcast(call, "self", "other") }]>;

def : Operator<"relu(Tensor self) -> Tensor", [{ sameAs(call, "self") }]> {
  let saves = ["result"];
}

def : Operator<"tanh(Tensor self) -> Tensor", [{ sameAs(call, "self") }]> {
  let saves = ["result"];
}

def : Operator<"gelu(Tensor self, *, str approximate='none') -> Tensor",
    [{ gelu(call) }]> {
  let saves = ["self"];
}

// Mean and reciprocal deviation of each row are kept in f32.
def : Operator<"layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True) -> Tensor",
    [{ layerNorm(call) }]> {
  let saves = ["input", "weight"];
  let extraBytes = [{ 8 * rows(call.tensor("input"), binding) }];
}

def : Operator<"to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    [{ convert(call) }]>;

//===----------------------------------------------------------------------===//
// Look-up and loss
//===----------------------------------------------------------------------===//

def : Operator<"embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor",
    [{ embedding(call) }]> {
  let saves = ["indices"];
}

// Backward reads the log-probabilities, which are as large as the scores, and
// makes their gradient before that of the scores.
def : Operator<"cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=Mean, SymInt ignore_index=-100, float label_smoothing=0.0) -> Tensor",
    [{ crossEntropy(call) }]> {
  let saves = ["target"];
  let extraBytes = [{ call.tensor("self").getBytes(binding) }];
  let scratchBytes = [{ call.tensor("self").getBytes(binding) }];
}

def : Operator<"cat(Tensor[] tensors, int dim=0) -> Tensor", [{ concatenated(call) }]>;

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

def : ViewOperator<"view(Tensor(a) self, SymInt[] size) -> Tensor(a)",
    [{ reshaped(call, "size") }]>;

// A view where memory allows, as behind attention; counted as one.
def : ViewOperator<"reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)",
    [{ reshaped(call, "shape") }]>;

def : ViewOperator<"transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)",
    [{ transposed(call) }]>;

def : ViewOperator<"split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]",
    [{ split(call) }]>;

def : ViewOperator<"slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)",
    [{ slice(call) }]>;

#endif // PLAN_OPERATORS_TD
