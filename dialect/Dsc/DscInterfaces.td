//===- DscInterfaces.td - what a catalogue entry provides --*- tablegen -*-===//
//
// Phases, optimizers and models are catalogues: one op each, behind one of these
// interfaces. Adding an entry touches its def and its own .cpp file.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_INTERFACES_TD
#define DSC_INTERFACES_TD

include "dialect/Dsc/Modifiers.td"
include "mlir/IR/OpBase.td"

def Dsc_PhaseInterface : OpInterface<"PhaseInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    A phase of the schedule: a curve from one value to another over n steps. The
    LR, momentum and weight-decay tracks of a phase follow the same curve.
  }];
  let methods = [
    InterfaceMethod<[{
      Emits the curve at a point of the phase, in f64, with nothing that cancels.
    }], "::mlir::Value", "emitCurve",
      (ins "::dsc::Scalar &":$scalar, "const ::dsc::CurvePoint &":$point)>,
    InterfaceMethod<"False where the phase holds one value by definition.",
      "bool", "moves", (ins), [{}], [{ return true; }]>,
    InterfaceMethod<[{
      Whether the curve runs to the value that `to` names. Where it ends is else
      its own affair, and no other track can follow it.
    }], "bool", "runsTo", (ins), [{}], [{ return true; }]>,
    InterfaceMethod<[{
      What only shows once lengths are steps: reports at the keys of the phase.
    }], "::llvm::LogicalResult", "checkResolved", (ins "int64_t":$steps),
      [{}], [{ return ::llvm::success(); }]>,
    InterfaceMethod<[{
      What the ends of a curve that moves must be, as words that finish "expected
      ..."; empty where the curve can run between these two.
    }], "::llvm::StringRef", "expectedEnds", (ins "double":$from, "double":$to),
      [{}], [{ return {}; }]>
  ];
}

def Dsc_MacroInterface : OpInterface<"MacroInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    A kind of [[schedule.phase]] that stands for several phases. It is replaced by
    them before lengths are resolved.
  }];
  let methods = [
    InterfaceMethod<[{
      Adds the phases through `expansion`, with all defaults known. A key that could
      not be read is null. Fails after a report at the key.
    }], "::llvm::LogicalResult", "expand", (ins "::dsc::MacroExpansion &":$expansion)>,
    InterfaceMethod<"Names of the keys that all of its phases get as they stand.",
      "::llvm::ArrayRef<::llvm::StringLiteral>", "getModifierKeys", (ins), [{}],
      "static constexpr ::llvm::StringLiteral names[] = {" #
      !interleave(!foreach(k, modifierKeys, "\"" # k.name # "\""), ", ") # "}; return names;">
  ];
}

def Dsc_OptimizerInterface : OpInterface<"OptimizerInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    An optimizer as a list of stages. `emitUpdate` is a pure scalar function of one
    element; the program builder adds norm, clip, copies and loops round it.
  }];
  let methods = [
    InterfaceMethod<"The slots that an element, row, tensor or group keeps between steps.",
      "::llvm::SmallVector<::dsc::SlotSpec>", "getSlots", (ins)>,
    InterfaceMethod<"Names of the uniforms that emitUpdate reads beyond lr, weight_decay and grad_scale.",
      "::llvm::SmallVector<::std::string>", "getUniforms", (ins)>,
    InterfaceMethod<[{
      Emits the uniforms of one group in f64, once per step: bias corrections and the
      like, from the step counter and the tracks.
    }], "::llvm::SmallVector<::mlir::Value>", "emitUniforms",
      (ins "::dsc::Scalar &":$scalar, "const ::dsc::StepPoint &":$point)>,
    InterfaceMethod<[{
      Emits the update of one element in f32: the new parameter, then the new slots.
    }], "::llvm::SmallVector<::mlir::Value>", "emitUpdate",
      (ins "::dsc::Scalar &":$scalar, "const ::dsc::ElementPoint &":$point)>,
    InterfaceMethod<"Momentum (beta1) that holds before a phase names the track; nullopt if it has none.",
      "::std::optional<double>", "getMomentum", (ins)>
  ];
}

def Dsc_ModelInterface : OpInterface<"ModelInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    An architecture: a builder of the graph of units, with Hugging Face's names,
    shapes and orientation for its parameters where such a class exists.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the graph. `facts` hold vocabulary, sequence and columns of the data.
      Reports unusable sizes at the key that gave them.
    }], "::llvm::LogicalResult", "buildGraph",
      (ins "::dsc::GraphBuilder &":$graph, "const ::dsc::ModelFacts &":$facts)>,
    InterfaceMethod<"The text of config.json for checkpoints.",
      "::std::string", "getConfig", (ins "const ::dsc::ModelFacts &":$facts)>
  ];
}

def Dsc_ScheduleKindInterface : OpInterface<"ScheduleKindInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    A schedule that is one definition of its own in place of phases. Each method
    reads what it needs of the recipe around it.
  }];
  let methods = [
    InterfaceMethod<"What it is called in plans and logs.", "::llvm::StringRef", "getKindName", (ins)>,
    InterfaceMethod<[{
      Reports at the keys what cannot run, and warns of what is likely a mistake. Fails
      after an error.
    }], "::llvm::LogicalResult", "checkSchedule", (ins)>,
    InterfaceMethod<[{
      Emits the tracks at a step (i64, 0 or more) of a schedule that was checked.
    }], "::dsc::ScheduleTracks", "emitTracks", (ins "::dsc::Scalar &":$scalar, "::mlir::Value":$step)>,
    InterfaceMethod<"Its parts in order, the first from step 0; the last goes on for ever.",
      "::llvm::SmallVector<::dsc::ScheduleSpan>", "listSpans", (ins)>,
    InterfaceMethod<"What of it is not as an author would expect, where it has an effect.",
      "::llvm::SmallVector<::dsc::ScheduleQuirk>", "listQuirks", (ins)>,
    InterfaceMethod<"[schedule] and phases that say the same without the quirks, as TOML; \"\" where none do.",
      "::std::string", "describeNative", (ins)>
  ];
}

def Dsc_SourceInterface : OpInterface<"SourceInterface"> {
  let cppNamespace = "::dsc";
  let description = [{
    A source of samples. What the kinds have in common; the rest are their own keys.
  }];
  let methods = [
    InterfaceMethod<"The kind as SourceSpec::kind names it.", "::llvm::StringRef", "getSourceKind", (ins)>,
    InterfaceMethod<"What is shuffled and held out: file, paragraph or line.", "::llvm::StringRef",
      "getRecordKind", (ins), [{}], [{ return "line"; }]>,
    InterfaceMethod<"The column to predict; empty for the last one.", "::llvm::StringRef",
      "getTargetField", (ins), [{}], [{ return ""; }]>
  ];
}

#endif // DSC_INTERFACES_TD
