//===- Validate.cpp - indices, ranges and sizes of a plan -----------------===//
//
// The FlatBuffer verifier knows that an index is a number, not that it points
// anywhere. Everything that the runtime later takes for granted is checked
// here.
//
//===----------------------------------------------------------------------===//

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Types.h"
#include "runtime/Artifact/Validator.h"

#include <cmath>
#include <set>

using namespace dsc;

void Validator::checkName(const flatbuffers::String *name,
                          std::set<std::string> &seen,
                          const std::string &what) {
  check(name->size() > 0 && name->size() < 1024, "a " + what + " has no name");
  for (unsigned char c : name->string_view())
    check(c >= 0x20 && c != 0x7F, "a " + what + "'s name is not text");
  check(seen.insert(name->str()).second,
        "two " + what + "s are called '" + name->str() + "'");
}

int64_t Validator::countOf(std::string_view name, plan::DType type) {
  int index = findBuffer(plan, name);
  if (index < 0)
    return -1;
  const plan::Buffer *buffer = plan.buffers()->Get(index);
  check(buffer->dtype() == type,
        "buffer '" + std::string(name) + "' has another element type");
  return buffer->count();
}

void Validator::checkBuffers() {
  std::set<std::string> seen;
  for (const plan::Buffer *buffer : *plan.buffers()) {
    checkName(buffer->name(), seen, "buffer");
    check(elementBytes(buffer->dtype()) > 0 && buffer->count() >= 0 &&
              buffer->count() <= kMostElements,
          "buffer '" + buffer->name()->str() + "' has an impossible size");
    check(buffer->extent() >= plan::Extent::MIN &&
              buffer->extent() <= plan::Extent::MAX,
          "buffer '" + buffer->name()->str() + "' has an unknown extent");
    check(buffer->placement() >= plan::Placement::MIN &&
              buffer->placement() <= plan::Placement::MAX,
          "buffer '" + buffer->name()->str() + "' has an unknown placement");
  }
  trained = countOf("param", plan::DType::f32);
  frozen = std::max<int64_t>(0, countOf("frozen", plan::DType::f32));
  check(trained > 0, "there is no buffer 'param'");
  check(countOf("grad", plan::DType::f32) == trained,
        "buffer 'grad' does not have the size of 'param'");
  check(countOf("counters", plan::DType::i64) >= kCounterCount,
        "buffer 'counters' is too small");
  int64_t compute = countOf("compute", plan::DType::bf16);
  int64_t frozenCompute = countOf("frozen_compute", plan::DType::bf16);
  check(compute == -1 || compute == trained,
        "buffer 'compute' does not have the size of 'param'");
  check(frozenCompute == -1 || frozenCompute == frozen,
        "buffer 'frozen_compute' does not have the size of 'frozen'");
  for (const plan::Buffer *buffer : *plan.buffers())
    check(!buffer->saved() || buffer->extent() != plan::Extent::element ||
              buffer->count() == trained,
          "buffer '" + buffer->name()->str() + "' does not fit the parameters");
}

void Validator::checkParameters() {
  std::set<std::string> seen;
  int64_t groups = plan.groups()->size();
  check(plan.parameters()->size() > 0, "there are no parameters");
  std::set<std::pair<int64_t, int64_t>> taken[2];
  for (const plan::Parameter *parameter : *plan.parameters()) {
    checkName(parameter->name(), seen, "parameter");
    std::string name = "parameter '" + parameter->name()->str() + "'";
    int64_t elements = 1;
    for (int64_t extent : *parameter->shape()) {
      check(extent > 0 && extent <= kMostElements / elements,
            name + " has an impossible shape");
      elements *= extent;
    }
    int64_t arena = parameter->frozen() ? frozen : trained;
    check(parameter->size() == elements,
          name + " has a size that is not its shape's");
    check(parameter->offset() >= 0 && elements <= arena &&
              parameter->offset() <= arena - elements,
          name + " lies outside its arena");
    check(parameter->frozen() || within(parameter->group(), groups),
          name + " is in no group");
    check(parameter->init() >= plan::InitKind::MIN &&
              parameter->init() <= plan::InitKind::MAX &&
              std::isfinite(parameter->init_scale()),
          name + " has no initial value");
    taken[parameter->frozen()].insert({parameter->offset(), elements});
  }
  for (const auto &arena : taken) {
    int64_t end = 0;
    for (auto [offset, elements] : arena) {
      check(offset >= end, "two parameters overlap");
      end = offset + elements;
    }
  }
  for (const plan::Group *group : *plan.groups())
    check(group->begin() >= 0 && group->begin() <= group->end() &&
              group->end() <= trained,
          "group '" + group->name()->str() + "' lies outside the arena");
}

void Validator::checkUniforms() {
  std::set<std::string> seen;
  for (const auto *name : *plan.uniforms())
    checkName(name, seen, "uniform");
  check(countOf("uniforms", plan::DType::f64) >=
            int64_t(plan.uniforms()->size()),
        "buffer 'uniforms' is too small");
  check(plan.tracks()->size() > 0 && plan.tracks()->Get(0)->str() == "lr",
        "the first track is not 'lr'");
  check(findUniform(plan, "lr") >= 0, "there is no uniform 'lr'");
  check(plan.tracks()->size() <= 64, "there are too many tracks");
}

void Validator::checkKernels() {
  std::set<std::string> seen;
  for (const plan::Kernel *kernel : *plan.kernels()) {
    checkName(kernel->name(), seen, "kernel");
    for (int32_t operand : *kernel->operands())
      check(within(operand, plan.buffers()->size()),
            "kernel '" + kernel->name()->str() + "' names no buffer");
  }
}

void Validator::checkOperand(const plan::Operand &operand,
                             const std::string &unit) {
  int64_t values = plan.graph()->values()->size();
  std::string where = "unit '" + unit + "' ";
  switch (operand.kind()) {
  case plan::OperandKind::value:
    check(within(operand.index(), values), where + "reads no value");
    return;
  case plan::OperandKind::parameter:
    check(within(operand.index(), plan.parameters()->size()),
          where + "reads no parameter");
    return;
  case plan::OperandKind::integer:
    check(operand.ints() && operand.ints()->size() == 1,
          where + "has an operand without its number");
    return;
  case plan::OperandKind::integers:
    check(operand.ints(), where + "has an operand without its numbers");
    return;
  case plan::OperandKind::dtype:
    check(within(operand.index(), int64_t(plan::DType::MAX) + 1),
          where + "names no element type");
    return;
  case plan::OperandKind::values:
    check(operand.indices(), where + "has an empty list");
    for (int32_t index : *operand.indices())
      check(within(index, values), where + "reads no value");
    return;
  case plan::OperandKind::text:
    check(operand.text(), where + "has an operand without its text");
    return;
  case plan::OperandKind::none:
  case plan::OperandKind::real:
  case plan::OperandKind::boolean:
    return;
  }
  check(false, where + "has an unknown operand");
}

void Validator::checkUnit(const plan::Unit &unit) {
  int64_t values = plan.graph()->values()->size();
  std::string name = unit.name()->str();
  for (const auto *list : {unit.inputs(), unit.outputs()})
    for (int32_t index : *list)
      check(within(index, values), "unit '" + name + "' has no such value");
  for (int32_t index : *unit.parameters())
    check(within(index, plan.parameters()->size()),
          "unit '" + name + "' has no such parameter");
  for (const plan::Call *call : *unit.calls()) {
    for (int32_t index : *call->results())
      check(index == -1 || within(index, values),
            "unit '" + name + "' makes no such value");
    for (const plan::Operand *operand : *call->operands())
      checkOperand(*operand, name);
  }
}

void Validator::checkGraph() {
  const plan::Graph &graph = *plan.graph();
  std::set<std::string> seen;
  check(graph.units()->size() > 0, "the model has no units");
  for (const plan::Unit *unit : *graph.units()) {
    checkName(unit->name(), seen, "unit");
    checkUnit(*unit);
  }
  int64_t values = graph.values()->size();
  check(within(graph.loss(), values) && within(graph.scores(), values),
        "the model has no loss or no scores");
  for (int32_t index : *graph.batch_fields())
    check(within(index, values), "a batch field is no value");
  if (graph.parameters_used_by())
    for (int32_t index : *graph.parameters_used_by())
      check(index == -1 || within(index, graph.units()->size()),
            "a parameter is used by no unit");
}

void Validator::checkPhases() {
  check(plan.phases()->size() > 0, "the schedule has no phases");
  int64_t end = 0;
  for (const plan::Phase *phase : *plan.phases()) {
    check(phase->begin() == end && phase->end() >= phase->begin(),
          "the schedule's phases do not follow one another");
    end = phase->end();
  }
  check(end == plan.training()->steps(), "the phases do not fill the run");
}

void Validator::checkTraining() {
  const plan::Training &training = *plan.training();
  check(training.steps() > 0 && training.batch() > 0,
        "the run has no steps or no batch");
  check(training.micro_batch() >= 0 &&
            training.micro_batch() <= training.batch() &&
            (training.micro_batch() == 0 ||
             training.batch() % training.micro_batch() == 0),
        "the micro-batch does not divide the batch");
  check(training.checkpoint_every() > 0 && training.keep_last() > 0 &&
            training.log_every() > 0,
        "a cadence is not positive");
  check(training.nonfinite() >= plan::Nonfinite::MIN &&
            training.nonfinite() <= plan::Nonfinite::MAX &&
            training.precision() >= plan::Precision::MIN &&
            training.precision() <= plan::Precision::MAX,
        "the training has an unknown choice");
  check(training.precision() == plan::Precision::f32 ||
            findBuffer(plan, "compute") >= 0,
        "bf16 training has no buffer 'compute'");
  check(plan.data()->sequence() >= 0 && plan.data()->vocabulary() >= 0,
        "the data has impossible sizes");
  std::set<std::string> seen;
  for (const plan::Evaluation *evaluation : *plan.evaluations()) {
    checkName(evaluation->name(), seen, "evaluation");
    check(within(evaluation->source(), plan.data()->sources()->size()) &&
              evaluation->every() > 0,
          "evaluation '" + evaluation->name()->str() + "' has no source");
  }
}

void Validator::checkState() {
  int64_t slots = plan.state() ? plan.state()->size() : 0;
  std::set<std::string> seen;
  for (int64_t slot = 0; slot < slots; ++slot)
    checkName(plan.state()->Get(unsigned(slot)), seen, "slot of the state");
  check(std::max<int64_t>(0, countOf("state", plan::DType::f64)) == slots,
        "buffer 'state' does not have the size of its names");
  check(slots == 0 || plan.reactions(), "the state has no reactions");
  if (!plan.reactions())
    return;
  for (const plan::Reaction *reaction : *plan.reactions()) {
    check(within(reaction->count(), slots) && within(reaction->value(), slots),
          "a reaction has no such slot");
    for (int32_t slot : *reaction->state())
      check(within(slot, slots), "a reaction has no such slot");
  }
}

void Validator::run() {
  check(plan.format() == kPlanFormat, "it has another format");
  std::set<std::string> seen;
  checkName(plan.name(), seen, "recipe");
  check(plan.name()->string_view().find('/') == std::string_view::npos &&
            plan.name()->string_view()[0] != '.',
        "the recipe's name is no file name");
  checkBuffers();
  checkParameters();
  checkUniforms();
  checkKernels();
  checkGraph();
  checkBuckets();
  checkPrograms();
  checkPhases();
  checkTraining();
  checkParallel();
  checkState();
}

void dsc::validatePlan(const plan::Plan &plan) { Validator(plan).run(); }
