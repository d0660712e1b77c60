//===- PlanBase.td - the plan dialect: what the runtime does -*- tablegen -*-===//
//
// Units of the model, flat buffers, kernels and step programs. Nothing here
// knows what a recipe is.
//
//===----------------------------------------------------------------------===//

#ifndef PLAN_BASE_TD
#define PLAN_BASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Plan_Dialect : Dialect {
  let name = "plan";
  let cppNamespace = "::dsc::plan_ir";
  let summary = "one training step as units, buffers, kernels and programs";
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

class Plan_Op<string mnemonic, list<Trait> traits = []>
    : Op<Plan_Dialect, mnemonic, traits>;
class Plan_Attr<string attrName, string mnem> : AttrDef<Plan_Dialect, attrName> {
  let mnemonic = mnem;
}
class Plan_Type<string typeName, string mnem> : TypeDef<Plan_Dialect, typeName> {
  let mnemonic = mnem;
}
class Plan_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::dsc::plan_ir";
  let genSpecializedAttr = 0;
}
class Plan_EnumAttr<EnumInfo info, string mnem> : EnumAttr<Plan_Dialect, info, mnem>;

def Plan_Placement : Plan_Enum<"Placement", "what each rank along an axis holds of a buffer", [
    I32EnumAttrCase<"replicate", 0>,  // all of it, the same everywhere
    I32EnumAttrCase<"partial", 1>,    // all of it, its own term of a sum
    I32EnumAttrCase<"shard", 2>]>;    // its parts of the buckets
def Plan_PlacementAttr : Plan_EnumAttr<Plan_Placement, "placement">;

#endif // PLAN_BASE_TD
