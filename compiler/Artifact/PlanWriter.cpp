//===- PlanWriter.cpp -----------------------------------------------------===//

#include "compiler/Artifact/PlanWriter.h"

#include "compiler/Artifact/Graph/GraphWriter.h"
#include "dialect/Plan/PlanDialect.h"
#include "dialect/Plan/PlanNames.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Base/Version.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace dsc;
namespace fbs = flatbuffers;

// The plan's enums are those of the dialect, cast by number.
template <typename InPlan, typename InDialect>
static constexpr bool same(InPlan a, InDialect b) {
  return static_cast<int>(a) == static_cast<int>(b);
}
static_assert(same(plan::Extent::element, plan_ir::Extent::element) &&
              same(plan::Extent::block, plan_ir::Extent::block) &&
              same(plan::Extent::row, plan_ir::Extent::row) &&
              same(plan::Extent::column, plan_ir::Extent::column) &&
              same(plan::Extent::tensor, plan_ir::Extent::tensor) &&
              same(plan::Extent::group, plan_ir::Extent::group) &&
              same(plan::Extent::program, plan_ir::Extent::program) &&
              same(plan::Extent::MAX, plan_ir::getMaxEnumValForExtent()));
static_assert(same(plan::Placement::replicate, plan_ir::Placement::replicate) &&
              same(plan::Placement::partial, plan_ir::Placement::partial) &&
              same(plan::Placement::shard, plan_ir::Placement::shard) &&
              same(plan::Placement::MAX, plan_ir::getMaxEnumValForPlacement()));
static_assert(same(plan::KernelKind::map, plan_ir::KernelKind::map) &&
              same(plan::KernelKind::reduce, plan_ir::KernelKind::reduce) &&
              same(plan::KernelKind::finish, plan_ir::KernelKind::finish) &&
              same(plan::KernelKind::MAX,
                   plan_ir::getMaxEnumValForKernelKind()));
static_assert(same(plan::Lane::compute, plan_ir::Lane::compute) &&
              same(plan::Lane::communication, plan_ir::Lane::communication) &&
              same(plan::Lane::p2p, plan_ir::Lane::p2p) &&
              same(plan::Lane::h2d, plan_ir::Lane::h2d) &&
              same(plan::Lane::d2h, plan_ir::Lane::d2h) &&
              same(plan::Lane::host, plan_ir::Lane::host) &&
              same(plan::Lane::MAX, plan_ir::getMaxEnumValForLane()));

namespace {

/// Writes the tables of one plan, leaves first, as FlatBuffers want it.
class PlanWriter {
public:
  explicit PlanWriter(ModuleOp module) : module(module) {}

  llvm::FailureOr<std::string> write();

private:
  template <typename OpType> FailureOr<OpType> only(llvm::StringRef what) {
    auto ops = module.getOps<OpType>();
    if (ops.empty() || std::next(ops.begin()) != ops.end())
      return module.emitError("expected one ") << what << " in the plan";
    return *ops.begin();
  }

  fbs::Offset<fbs::String> text(llvm::StringRef value) {
    return out.CreateString(value.data(), value.size());
  }
  fbs::Offset<fbs::Vector<fbs::Offset<fbs::String>>> names(ArrayAttr array) {
    std::vector<fbs::Offset<fbs::String>> offsets;
    for (auto name : array.getAsRange<StringAttr>())
      offsets.push_back(text(name.getValue()));
    return out.CreateVector(offsets);
  }

  fbs::Offset<plan::Fingerprint> fingerprint(plan_ir::FingerprintOp op);
  fbs::Offset<plan::Model> model(plan_ir::ModelOp op);
  fbs::Offset<plan::Training> training(plan_ir::RunOp op, plan_ir::MeshOp mesh);
  fbs::Offset<plan::Data> data(plan_ir::DataOp op);
  fbs::Offset<plan::Source> source(plan_ir::SourceOp op);
  fbs::Offset<plan::Field> field(llvm::StringRef name, plan::DType dtype,
                                 llvm::ArrayRef<plan::SymbolicInt> shape);
  fbs::Offset<plan::Buffer> buffer(plan_ir::BufferOp op);
  fbs::Offset<plan::Bucket> bucket(plan_ir::BucketOp op);
  fbs::Offset<plan::Kernel> kernel(plan_ir::KernelOp op);
  fbs::Offset<plan::Program> program(plan_ir::ProgramOp op);
  int indexOf(Operation &op);
  fbs::Offset<plan::PlanOp> step(Operation &op);
  fbs::Offset<plan::Reaction> reaction(DictionaryAttr reaction);

  /// Table offsets of all ops of a kind, in order.
  template <typename OpType, typename Function> auto all(Function write) {
    std::vector<decltype(write(std::declval<OpType>()))> offsets;
    for (OpType op : module.getOps<OpType>())
      offsets.push_back(write(op));
    return out.CreateVector(offsets);
  }

  ModuleOp module;
  fbs::FlatBufferBuilder out;
  llvm::StringMap<int> buffers, buckets, kernels, units;
};

} // namespace

fbs::Offset<plan::Fingerprint>
PlanWriter::fingerprint(plan_ir::FingerprintOp op) {
  return plan::CreateFingerprint(out, text(op.getRecipe()), text(op.getModel()),
                                 text(op.getData()), text(op.getSchedule()),
                                 text(op.getOptimizer()), text(op.getBatch()));
}

fbs::Offset<plan::Model> PlanWriter::model(plan_ir::ModelOp op) {
  return plan::CreateModel(out, text(op.getKind()), text(op.getConfig()),
                           op.getModelContext(), text(op.getInit()),
                           op.getFlopsPerToken().convertToDouble());
}

fbs::Offset<plan::Training> PlanWriter::training(plan_ir::RunOp op,
                                                 plan_ir::MeshOp mesh) {
  auto nonfinite = op.getNonfinite() == "skip" ? plan::Nonfinite::skip
                                               : plan::Nonfinite::stop;
  auto precision = op.getPrecision() == "bf16-mixed"
                       ? plan::Precision::bf16_mixed
                       : plan::Precision::f32;
  return plan::CreateTraining(
      out, op.getSteps(), op.getBatch(), op.getMicroBatch(),
      mesh.getRanks().front(), op.getVirtualRanks(),
      op.getTimeout().convertToDouble(), op.getSeed(), op.getDeterministic(),
      nonfinite, precision, text(op.getDevice()), op.getCheckpointEvery(),
      op.getKeepLast(), op.getLogEvery(), op.getTensorboard());
}

fbs::Offset<plan::Source> PlanWriter::source(plan_ir::SourceOp op) {
  std::vector<fbs::Offset<plan::File>> files;
  for (auto file : op.getFiles().getAsRange<DictionaryAttr>())
    files.push_back(
        plan::CreateFile(out, text(file.getAs<StringAttr>("path").getValue()),
                         file.getAs<IntegerAttr>("bytes").getInt(),
                         text(file.getAs<StringAttr>("sha256").getValue())));
  auto kind = llvm::StringSwitch<plan::SourceKind>(op.getKind())
                  .Case("csv", plan::SourceKind::csv)
                  .Default(plan::SourceKind::text);
  auto record = llvm::StringSwitch<plan::RecordKind>(op.getRecord())
                    .Case("line", plan::RecordKind::line)
                    .Case("paragraph", plan::RecordKind::paragraph)
                    .Default(plan::RecordKind::file);
  return plan::CreateSource(
      out, text(op.getName()), kind, text(op.getPath()), record,
      text(op.getField()), op.getHoldout().convertToDouble(), op.getLimit(),
      out.CreateVector(files), op.getTrainingSamples(), op.getHeldoutSamples());
}

fbs::Offset<plan::Field>
PlanWriter::field(llvm::StringRef name, plan::DType dtype,
                  llvm::ArrayRef<plan::SymbolicInt> shape) {
  return plan::CreateField(
      out, text(name), dtype,
      out.CreateVectorOfStructs(shape.data(), shape.size()));
}

fbs::Offset<plan::Data> PlanWriter::data(plan_ir::DataOp op) {
  plan::SymbolicInt batch(1, 1, 0), length(1, 0, 1);
  std::vector<fbs::Offset<plan::Field>> fields;
  if (op.getColumns() > 0) {
    plan::SymbolicInt columns(op.getColumns(), 0, 0);
    fields = {field("inputs", plan::DType::f32, {batch, columns}),
              field("targets", plan::DType::i64, {batch})};
  } else {
    fields = {field("inputs", plan::DType::i64, {batch, length}),
              field("targets", plan::DType::i64, {batch, length})};
  }
  auto sources = all<plan_ir::SourceOp>([&](auto op) { return source(op); });
  return plan::CreateData(out, text(op.getTokenizer()), op.getVocabulary(),
                          op.getSequence(), out.CreateVector(fields), sources);
}

fbs::Offset<plan::Buffer> PlanWriter::buffer(plan_ir::BufferOp op) {
  buffers.try_emplace(op.getSymName(), buffers.size());
  return plan::CreateBuffer(out, text(op.getSymName()),
                            toPlanType(op.getDtype()),
                            plan::Extent(op.getExtent()), op.getCount(),
                            op.getFill().convertToDouble(), op.getSaved(),
                            plan::Placement(op.getPlacement()));
}

fbs::Offset<plan::Bucket> PlanWriter::bucket(plan_ir::BucketOp op) {
  buckets.try_emplace(op.getSymName(), buckets.size());
  return plan::CreateBucket(out, op.getBegin(), op.getEnd(),
                            units.lookup(op.getFirstUnit()),
                            units.lookup(op.getReadyUnit()), op.getPassing());
}

fbs::Offset<plan::Kernel> PlanWriter::kernel(plan_ir::KernelOp op) {
  kernels.try_emplace(op.getSymName(), kernels.size());
  std::vector<int32_t> operands;
  for (auto use : op.getOperandUses().getAsRange<plan_ir::UseAttr>())
    operands.push_back(buffers.lookup(use.getBuffer().getValue()));
  return plan::CreateKernel(
      out, text(op.getSymName()), plan::KernelKind(op.getKind()),
      out.CreateVector(operands), op.getBytesPerElement().convertToDouble(),
      names(op.getStages()));
}

static plan::OpCode toOpCode(llvm::StringRef name) {
  for (plan::OpCode code : plan::EnumValuesOpCode())
    if (name == plan::EnumNameOpCode(code))
      return code;
  llvm::report_fatal_error("a program op without a code: " + name);
}

/// What the op names: its index; -1 for a bucket that it does not name.
int PlanWriter::indexOf(Operation &op) {
  if (auto unit = op.getAttrOfType<FlatSymbolRefAttr>("unit"))
    return units.lookup(unit.getValue());
  if (auto kernel = op.getAttrOfType<FlatSymbolRefAttr>("kernel"))
    return kernels.lookup(kernel.getValue());
  if (auto bucket = op.getAttrOfType<FlatSymbolRefAttr>("bucket"))
    return buckets.lookup(bucket.getValue());
  return isa<plan_ir::GradientsDoneOp, plan_ir::AllReduceOp>(op) ? -1 : 0;
}

fbs::Offset<plan::PlanOp> PlanWriter::step(Operation &op) {
  auto integer = [&](llvm::StringRef name, int64_t fallback) {
    auto attribute = op.getAttrOfType<IntegerAttr>(name);
    return attribute ? attribute.getInt() : fallback;
  };
  int buffer = -1;
  if (auto name = op.getAttrOfType<FlatSymbolRefAttr>("buffer"))
    buffer = buffers.lookup(name.getValue());
  fbs::Offset<fbs::Vector<int32_t>> waits;
  if (auto tokens = op.getAttrOfType<DenseI64ArrayAttr>("waits");
      tokens && !tokens.empty())
    waits = out.CreateVector(std::vector<int32_t>(tokens.asArrayRef().begin(),
                                                  tokens.asArrayRef().end()));
  auto lane = op.getAttrOfType<plan_ir::LaneAttr>("lane");
  return plan::CreatePlanOp(
      out, toOpCode(op.getName().stripDialect()), indexOf(op),
      integer("begin", 0), integer("end", 0), buffer, op.hasAttr("owned"),
      lane ? plan::Lane(lane.getValue()) : plan::Lane::compute, waits,
      integer("signals", -1));
}

fbs::Offset<plan::Program> PlanWriter::program(plan_ir::ProgramOp op) {
  std::vector<fbs::Offset<plan::PlanOp>> ops;
  for (Operation &inner : op.getBody().front())
    ops.push_back(step(inner));
  return plan::CreateProgram(out, text(op.getSymName()), out.CreateVector(ops));
}

fbs::Offset<plan::Reaction> PlanWriter::reaction(DictionaryAttr reaction) {
  auto textOf = [&](llvm::StringRef key) {
    return text(reaction.getAs<StringAttr>(key).getValue());
  };
  auto slot = [&](llvm::StringRef key) {
    return int32_t(reaction.getAs<IntegerAttr>(key).getInt());
  };
  auto state = reaction.getAs<DenseI64ArrayAttr>("state").asArrayRef();
  std::vector<int32_t> slots(state.begin(), state.end());
  return plan::CreateReaction(out, textOf("what"), textOf("phase"),
                              textOf("metric"), slot("count"), slot("value"),
                              out.CreateVector(slots));
}

llvm::FailureOr<std::string> PlanWriter::write() {
  auto run = only<plan_ir::RunOp>("run");
  auto mesh = only<plan_ir::MeshOp>("mesh");
  auto modelOp = only<plan_ir::ModelOp>("model");
  auto dataOp = only<plan_ir::DataOp>("data");
  auto graphOp = only<plan_ir::GraphOp>("graph");
  auto fingerprintOp = only<plan_ir::FingerprintOp>("fingerprint");
  if (failed(run) || failed(mesh) || failed(modelOp) || failed(dataOp) ||
      failed(graphOp) || failed(fingerprintOp))
    return failure();
  for (plan_ir::UnitOp unit : graphOp->getOps<plan_ir::UnitOp>())
    units.try_emplace(unit.getUnitName(), units.size());

  auto parameters = writeParameters(out, *graphOp);
  if (failed(parameters))
    return failure();
  auto graph = writeGraph(out, *graphOp);
  auto groups = all<plan_ir::GroupOp>([&](plan_ir::GroupOp op) {
    return plan::CreateGroup(out, text(op.getSymName()), op.getBegin(),
                             op.getEnd(), op.getLrScale().convertToDouble());
  });
  auto bucketTables =
      all<plan_ir::BucketOp>([&](auto op) { return bucket(op); });
  auto bufferTables =
      all<plan_ir::BufferOp>([&](auto op) { return buffer(op); });
  auto kernelTables =
      all<plan_ir::KernelOp>([&](auto op) { return kernel(op); });
  auto programs = all<plan_ir::ProgramOp>([&](auto op) { return program(op); });
  auto phases = all<plan_ir::PhaseOp>([&](plan_ir::PhaseOp op) {
    return plan::CreatePhase(out, text(op.getName()), text(op.getKind()),
                             op.getBegin(), op.getEnd());
  });
  auto evaluations = all<plan_ir::EvaluationOp>([&](plan_ir::EvaluationOp op) {
    return plan::CreateEvaluation(
        out, text(op.getName()), op.getSource(), op.getHeldOut(), op.getEvery(),
        op.getSamples(), op.getAtStart(), op.getStopAfter());
  });
  auto uniforms = names(module->getAttrOfType<ArrayAttr>(kUniformsAttribute));
  auto tracks = names(module->getAttrOfType<ArrayAttr>(kTrackNamesAttribute));
  fbs::Offset<fbs::Vector<fbs::Offset<fbs::String>>> state;
  fbs::Offset<fbs::Vector<fbs::Offset<plan::Reaction>>> reactions;
  if (auto slots = module->getAttrOfType<ArrayAttr>(kStateAttribute)) {
    state = names(slots);
    std::vector<fbs::Offset<plan::Reaction>> offsets;
    for (auto entry : module->getAttrOfType<ArrayAttr>(kReactionsAttribute)
                          .getAsRange<DictionaryAttr>())
      offsets.push_back(reaction(entry));
    reactions = out.CreateVector(offsets);
  }
  auto fingerprints = fingerprint(*fingerprintOp);
  auto modelTable = model(*modelOp);
  auto dataTable = data(*dataOp);
  auto trainingTable = training(*run, *mesh);
  auto name = text(run->getName());
  auto compiler = text(kVersion);
  plan::FinishPlanBuffer(
      out, plan::CreatePlan(out, kPlanFormat, name, compiler, fingerprints,
                            modelTable, graph, *parameters, groups,
                            bucketTables, bufferTables, uniforms, tracks,
                            kernelTables, programs, phases, dataTable,
                            evaluations, trainingTable, state, reactions));
  return std::string(reinterpret_cast<const char *>(out.GetBufferPointer()),
                     out.GetSize());
}

llvm::FailureOr<std::string> dsc::writePlan(ModuleOp module) {
  return PlanWriter(module).write();
}
