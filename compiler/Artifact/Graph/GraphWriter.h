//===- GraphWriter.h - the model graph as plan tables -----------*- C++ -*-===//
//
// Values are numbered by first appearance: batch fields, then each unit's calls
// in order, so the same graph always gives the same bytes.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_ARTIFACT_GRAPH_GRAPHWRITER_H
#define DSC_COMPILER_ARTIFACT_GRAPH_GRAPHWRITER_H

#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/Plan_generated.h"

namespace dsc {

/// Writes units, values and calls. Parameters are indexed in the order of
/// plan.parameter ops, as writeParameters lists them.
flatbuffers::Offset<plan::Graph> writeGraph(flatbuffers::FlatBufferBuilder &out,
                                            plan_ir::GraphOp graph);

/// Writes the parameters. Fails at one that the layout pass gave no `offset`,
/// or no `group` though it is trained.
llvm::FailureOr<flatbuffers::Offset<
    flatbuffers::Vector<flatbuffers::Offset<plan::Parameter>>>>
writeParameters(flatbuffers::FlatBufferBuilder &out, plan_ir::GraphOp graph);

/// The plan's name for an element type of !plan.tensor.
plan::DType toPlanType(mlir::Type element);

} // namespace dsc

#endif // DSC_COMPILER_ARTIFACT_GRAPH_GRAPHWRITER_H
