//===- StepRunner.cpp -----------------------------------------------------===//

#include "runtime/Train/Step/StepRunner.h"

#include "runtime/Artifact/Artifact.h"

#include <limits>

using namespace dsc;

static int findState(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; plan.state() && i < plan.state()->size(); ++i)
    if (plan.state()->Get(i)->string_view() == name)
      return int(i);
  return -1;
}

StepRunner::StepRunner(const plan::Plan &plan, Device &device, Engine &engine,
                       Exchange &exchange)
    : plan(plan), device(device), engine(engine), exchange(exchange),
      micro(*findProgram(plan, "micro")),
      lastMicro(*findProgram(plan, "last_micro")),
      update(*findProgram(plan, "update")), lossSlot(findState(plan, "loss")),
      learningRate(findUniform(plan, "lr")),
      gradientNorm(findUniform(plan, "grad_norm")) {}

bool StepRunner::run(const plan::Program &program) {
  for (const plan::PlanOp *op : *program.ops())
    if (!leaves(*op) && !make(*op, program))
      return false;
  return true;
}

bool StepRunner::make(const plan::PlanOp &op, const plan::Program &program) {
  announce(op, program);
  exchange.await(op, program);
  switch (op.code()) {
  case plan::OpCode::load_batch:
    loadBatch();
    return true;
  case plan::OpCode::forward:
    engine.forward(op.index());
    return true;
  case plan::OpCode::backward:
    engine.backward(op.index(), seed);
    return true;
  case plan::OpCode::gradients_done:
    engine.finishGradients(exchange.parametersOf(op.index()));
    return true;
  case plan::OpCode::share_loss:
    return shareLoss();
  case plan::OpCode::launch:
    exchange.launch(op);
    return true;
  case plan::OpCode::guard:
    return guard();
  case plan::OpCode::clear:
    clear(op.buffer());
    return true;
  case plan::OpCode::advance:
    advance();
    return true;
  case plan::OpCode::all_reduce:
  case plan::OpCode::reduce_scatter:
  case plan::OpCode::all_gather:
  case plan::OpCode::keep_subtree:
  case plan::OpCode::join_subtrees:
    exchange.run(op, program);
    return true;
  }
  return true;
}

StepResult StepRunner::resultOf(double loss, bool applied, const double *values,
                                const double *slots) const {
  auto value = [&](int index) {
    return index < 0 ? std::numeric_limits<double>::quiet_NaN() : values[index];
  };
  StepResult result{loss, applied, value(learningRate), value(gradientNorm),
                    {},   false};
  if (plan.state())
    result.state.assign(slots, slots + plan.state()->size());
  return result;
}
