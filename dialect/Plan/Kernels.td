//===- Kernels.td - buffers and kernels ---------------------*- tablegen -*-===//
//
// Flat memory, and the programs over it. A kernel is a scalar function and the
// buffers that it runs over; a backend adds nothing but the loops, so every
// target performs the same operations in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef PLAN_KERNELS_TD
#define PLAN_KERNELS_TD

include "dialect/Plan/PlanBase.td"

def Plan_Extent : Plan_Enum<"Extent", "what a buffer has one value for", [
    I32EnumAttrCase<"element", 0>, I32EnumAttrCase<"block", 1>,
    I32EnumAttrCase<"row", 2>, I32EnumAttrCase<"column", 3>,
    I32EnumAttrCase<"tensor", 4>, I32EnumAttrCase<"group", 5>,
    I32EnumAttrCase<"program", 6>]>;
def Plan_ExtentAttr : Plan_EnumAttr<Plan_Extent, "extent">;

def Plan_KernelKind : Plan_Enum<"KernelKind", "what a kernel runs over", [
    I32EnumAttrCase<"map", 0>, I32EnumAttrCase<"reduce", 1>,
    I32EnumAttrCase<"finish", 2>]>;
def Plan_KernelKindAttr : Plan_EnumAttr<Plan_KernelKind, "kernel_kind">;

def Plan_Access : Plan_Enum<"Access", "what a kernel does with a buffer", [
    I32EnumAttrCase<"read", 0>,      // one value an element
    I32EnumAttrCase<"update", 1>,    // read, then written
    I32EnumAttrCase<"write", 2>,     // written only
    I32EnumAttrCase<"partials", 3>,  // a reduction's block sums
    I32EnumAttrCase<"uniforms", 4>,  // one f64 for each uniform
    I32EnumAttrCase<"counters", 5>,  // the i64 counters
    I32EnumAttrCase<"state", 6>]>;   // the f64 slots of the schedule's state
def Plan_AccessAttr : Plan_EnumAttr<Plan_Access, "access">;

def Plan_UseAttr : Plan_Attr<"Use", "use"> {
  let summary = "a buffer and what a kernel does with it";
  let parameters = (ins "::mlir::FlatSymbolRefAttr":$buffer, EnumParameter<Plan_Access>:$access);
  let assemblyFormat = "`<` $access $buffer `>`";
}
def Plan_UseArrayAttr : TypedArrayAttrBase<Plan_UseAttr, "array of buffer uses">;

def Plan_BufferOp : Plan_Op<"buffer", [Symbol]> {
  let summary = "flat memory that kernels and the engine share";
  let description = [{
    `count` values of `dtype`, each `fill` before the first step. A `saved` buffer
    is part of a checkpoint. runtime/Artifact/Plan.fbs lists the well-known names.

    ```mlir
    plan.buffer @exp_avg f32 element[8192] {saved}
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$dtype,
                       Plan_ExtentAttr:$extent, I64Attr:$count,
                       DefaultValuedAttr<F64Attr, "0.0">:$fill, UnitAttr:$saved,
                       DefaultValuedAttr<Plan_PlacementAttr, "Placement::replicate">:$placement);
  let assemblyFormat = "$sym_name $dtype `` $extent `[` $count `]` attr-dict";
  let hasVerifier = 1;
}

def Plan_KernelOp : Plan_Op<"kernel", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a scalar function and the buffers that it runs over";
  let description = [{
    `body` names a pure `func.func`. Its signature follows from the kind; values of
    a bf16 buffer are i16 bit patterns.

    - map: (i64 index, a value for each operand read or updated, an f32 for each of
      `uniforms`) to a value for each operand updated or written. The uniforms are
      slots of the buffer `uniforms`, or, with `prologue`, results of that function
      of the step, which then runs once before the loop; rounded once to f32.
    - reduce: (i64 index, a value for each operand read) to an f64 for each
      reduction, summed in the blocks and lanes of runtime/Artifact/KernelAbi.h.
    - finish: (i64 step, the f64 sum of each reduction, the f64 of every slot of
      the buffer `state` if it is an operand) to the f64 of every slot of the
      buffer `uniforms`, then of `state`. It may use the partials as scratch.

    ```mlir
    plan.kernel @update_default map @update_default_body
      [#plan.use<read @grad>, #plan.use<update @param>, #plan.use<uniforms @uniforms>]
      uniforms = [4, 5] bytes = 1.200000e+01 stages = ["update"]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Plan_KernelKindAttr:$kind,
                       FlatSymbolRefAttr:$body, Plan_UseArrayAttr:$operand_uses,
                       DenseI64ArrayAttr:$uniforms,
                       OptionalAttr<FlatSymbolRefAttr>:$prologue,
                       F64Attr:$bytes_per_element, StrArrayAttr:$stages);
  let assemblyFormat = [{
    $sym_name `` $kind $body $operand_uses
    `uniforms` `=` $uniforms (`prologue` `=` $prologue^)?
    `bytes` `=` $bytes_per_element `stages` `=` $stages attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Position of the first operand with this access, or -1.
    int64_t findOperand(Access access);
  }];
}

#endif // PLAN_KERNELS_TD
