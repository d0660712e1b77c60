//===- Units.td - the model graph: units of operator calls --*- tablegen -*-===//
//
// A model is a graph of units (layers). A unit is a list of ATen operator calls
// and sees nothing but its inputs and the parameters that it names, so that the
// engine can detach at its edges and run its backward alone. Shapes are symbolic
// in B (samples in a micro-batch) and L (tokens in a sample).
//
//===----------------------------------------------------------------------===//

#ifndef PLAN_UNITS_TD
#define PLAN_UNITS_TD

include "dialect/Plan/PlanBase.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Types and constants
//===----------------------------------------------------------------------===//

def Plan_SymbolicTensorType : Plan_Type<"SymbolicTensor", "tensor"> {
  let summary = "a dense tensor whose sizes are monomials in B and L";
  let description = [{
    `!plan.tensor<f32 [B, L, 3*256]>`. The number of elements, with both symbols
    taken as 1, fits 64 bits.
  }];
  let parameters = (ins "::mlir::Type":$elementType,
                        ArrayRefParameter<"::dsc::plan_ir::Dim">:$shape);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getRank() const { return static_cast<int64_t>(getShape().size()); }
    /// Bytes of the whole tensor.
    double getBytes(Binding binding) const;
    double getElements(Binding binding) const;
  }];
}

def Plan_DimAttr : Plan_Attr<"Dim", "dim"> {
  let summary = "an integer argument, which may depend on B and L";
  let parameters = (ins "::dsc::plan_ir::Dim":$value);
  let hasCustomAssemblyFormat = 1;
}

def Plan_DimsAttr : Plan_Attr<"Dims", "dims"> {
  let summary = "a list of integers as an argument: a shape, axes";
  let parameters = (ins ArrayRefParameter<"::dsc::plan_ir::Dim">:$value);
  let hasCustomAssemblyFormat = 1;
}

def Plan_OperandAttr : Plan_Attr<"Operand", "operand"> {
  let summary = "an argument that is the next operand of the call";
}

def Plan_OperandsAttr : Plan_Attr<"Operands", "operands"> {
  let summary = "an argument that is a list of the next operands of the call";
  let parameters = (ins "int64_t":$count);
  let assemblyFormat = "`<` $count `>`";
  let genVerifyDecl = 1;
}

def Plan_Role : I32EnumAttr<"Role", "what a parameter does in its layer", [
    I32EnumAttrCase<"norm", 0>, I32EnumAttrCase<"bias", 1>,
    I32EnumAttrCase<"embedding", 2>, I32EnumAttrCase<"head", 3>,
    I32EnumAttrCase<"weight", 4>]> {
  let cppNamespace = "::dsc::plan_ir";
  let genSpecializedAttr = 0;
}
def Plan_RoleAttr : EnumAttr<Plan_Dialect, Plan_Role, "role"> {
  let assemblyFormat = "`<` $value `>`";
}

def Plan_InitKind : I32EnumAttr<"InitKind", "how a parameter starts", [
    I32EnumAttrCase<"zeros", 0>, I32EnumAttrCase<"ones", 1>,
    I32EnumAttrCase<"normal", 2>, I32EnumAttrCase<"uniform", 3>]> {
  let cppNamespace = "::dsc::plan_ir";
  let genSpecializedAttr = 0;
}
def Plan_InitKindAttr : EnumAttr<Plan_Dialect, Plan_InitKind, "init"> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

def Plan_GraphOp : Plan_Op<"graph", [Symbol, SymbolTable, IsolatedFromAbove,
                                     SingleBlock, NoRegionArguments]> {
  let summary = "a model: batch fields, parameters and units in forward order";
  let description = [{
    Parameters are its symbols. The last unit makes the loss.

    ```mlir
    plan.graph @model {
      %inputs = plan.input "inputs" : !plan.tensor<i64 [B, L]>
      plan.parameter @wte [256, 64] role<embedding> depth(0) init<normal>(2.0e-2)
      %x = plan.unit @embed(%inputs) : (!plan.tensor<i64 [B, L]>) -> !plan.tensor<f32 [B, L, 64]> {
      ^bb0(%tokens: !plan.tensor<i64 [B, L]>):
        %w = plan.use @wte : !plan.tensor<f32 [256, 64]>
        %y = plan.call "aten::embedding"(%w, %tokens, -1, false, false)
          : (!plan.tensor<f32 [256, 64]>, !plan.tensor<i64 [B, L]>) -> !plan.tensor<f32 [B, L, 64]>
        plan.yield %y : !plan.tensor<f32 [B, L, 64]>
      }
      ...
      plan.outputs loss(%loss : !plan.tensor<f32 []>) scores(%logits : !plan.tensor<f32 [B*L, 256]>)
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    OutputsOp getOutputs();
    /// Null when there is no such unit.
    UnitOp lookupUnit(::llvm::StringRef name);
    /// Per parameter, the indices of the units that use it, ascending.
    ::llvm::StringMap<::llvm::SmallVector<int64_t, 2>> getParameterUnits();
  }];
}

def Plan_InputOp : Plan_Op<"input", [HasParent<"GraphOp">]> {
  let summary = "a field of the batch, in the order of the data's fields";
  let arguments = (ins StrAttr:$field);
  let results = (outs Plan_SymbolicTensorType:$value);
  let assemblyFormat = "$field attr-dict `:` qualified(type($value))";
}

def Plan_ParameterOp : Plan_Op<"parameter", [Symbol, HasParent<"GraphOp">]> {
  let summary = "a trained tensor, f32 in the arena";
  let description = [{
    `depth` is for layer-wise learning rates: 0 for embeddings, i + 1 in block i,
    the number of blocks + 1 for the rest. `init_scale` is the standard deviation
    (normal) or the half-width (uniform). `group` and `offset` (first element in its
    arena, trained or frozen) are filled by the layout pass. A parameter that
    several units use is tied.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, DenseI64ArrayAttr:$shape,
                       Plan_RoleAttr:$role, I64Attr:$depth,
                       Plan_InitKindAttr:$init, F64Attr:$init_scale,
                       OptionalAttr<I64Attr>:$group, OptionalAttr<I64Attr>:$offset,
                       UnitAttr:$frozen);
  let assemblyFormat = [{
    $sym_name $shape `role` `` $role `depth` `(` $depth `)`
    `init` `` $init `(` $init_scale `)` attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getElements();
  }];
}

def Plan_UnitOp : Plan_Op<"unit", [IsolatedFromAbove, SingleBlock, HasParent<"GraphOp">]> {
  let summary = "a layer: what the engine runs forward and backward at once";
  let description = [{
    Step programs name units by `unit_name`. It is no symbol, because those must
    not have results.
  }];
  let arguments = (ins SymbolNameAttr:$unit_name,
                       Variadic<Plan_SymbolicTensorType>:$inputs);
  let results = (outs Variadic<Plan_SymbolicTensorType>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $unit_name `(` $inputs `)` `:` functional-type($inputs, $outputs) attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

def Plan_UseOp : Plan_Op<"use", [HasParent<"UnitOp">,
                                 DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a parameter in the type in which the model computes";
  let arguments = (ins FlatSymbolRefAttr:$parameter);
  let results = (outs Plan_SymbolicTensorType:$value);
  let assemblyFormat = "$parameter attr-dict `:` qualified(type($value))";
}

def Plan_CallOp : Plan_Op<"call", [HasParent<"UnitOp">]> {
  let summary = "one ATen operator call";
  let description = [{
    `slots` holds one entry for each argument of the operator's schema, in its order:
    `#plan.operand` or `#plan.operands<n>` (the next operands), `#plan.dim`,
    `#plan.dims`, an f64, a bool, a string, a type, or unit for None. Written inline:

    ```mlir
    %y = plan.call "aten::view"(%x, [B, L, 3, 64]) : (!a) -> !b
    %z = plan.call "aten::gelu"(%y, "tanh") : (!b) -> !b
    ```

    The operator must stand in Operators.td, whose rule gives the result types.
  }];
  let arguments = (ins StrAttr:$callee, StrAttr:$overload, ArrayAttr:$slots,
                       Variadic<Plan_SymbolicTensorType>:$inputs);
  let results = (outs Variadic<Plan_SymbolicTensorType>:$outputs);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Plan_YieldOp : Plan_Op<"yield", [Terminator, HasParent<"UnitOp">]> {
  let summary = "what other units, or the caller, read of a unit";
  let arguments = (ins Variadic<Plan_SymbolicTensorType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` qualified(type($values)))?";
}

def Plan_OutputsOp : Plan_Op<"outputs", [Terminator, HasParent<"GraphOp">]> {
  let summary = "the loss, an f32 sum over target tokens, and the scores before it";
  let arguments = (ins Plan_SymbolicTensorType:$loss, Plan_SymbolicTensorType:$scores);
  let assemblyFormat = [{
    `loss` `(` $loss `:` qualified(type($loss)) `)`
    `scores` `(` $scores `:` qualified(type($scores)) `)` attr-dict
  }];
  let hasVerifier = 1;
}

#endif // PLAN_UNITS_TD
