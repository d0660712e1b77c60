//===- Reference.cpp ------------------------------------------------------===//

#include "test/unit/Conformance/Reference.h"

#include "runtime/Artifact/KernelAbi.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/bit.h"

#include <cstring>

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;
using namespace dsc::test;

/// The evaluator runs one block: the schedule's function moves into it.
static void inlineCalls(ModuleOp module) {
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    OpBuilder builder(call);
    IRMapping mapping;
    mapping.map(callee.getArguments(), call.getOperands());
    Block &block = callee.front();
    for (Operation &op : block.without_terminator())
      builder.clone(op, mapping);
    for (auto [result, value] : llvm::zip_equal(
             call.getResults(), block.getTerminator()->getOperands()))
      result.replaceAllUsesWith(mapping.lookup(value));
    call.erase();
  }
}

Reference::Reference(ModuleOp original) : module(original.clone()) {
  inlineCalls(*module);
}

Evaluator &Reference::evaluator(StringRef function) {
  auto found = evaluators.find(function.str());
  if (found == evaluators.end()) {
    auto made = Evaluator::create(module->lookupSymbol<func::FuncOp>(function));
    if (failed(made))
      llvm::report_fatal_error("cannot evaluate " + function);
    found = evaluators.emplace(function.str(), std::move(*made)).first;
  }
  return found->second;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

uint64_t Reference::Buffer::load(int64_t index) const {
  uint64_t bits = 0;
  std::memcpy(&bits, &bytes.at(index * size), size);
  return bits;
}

void Reference::Buffer::store(int64_t index, uint64_t bits) {
  std::memcpy(&bytes.at(index * size), &bits, size);
}

double Reference::Buffer::f64(int64_t index) const {
  return llvm::bit_cast<double>(load(index));
}

void Reference::Buffer::setF64(int64_t index, double value) {
  store(index, llvm::bit_cast<uint64_t>(value));
}

Reference::Buffer &Reference::operand(KernelOp kernel, Access access,
                                      const std::vector<Buffer *> &operands) {
  return *operands.at(kernel.findOperand(access));
}

static Access accessOf(KernelOp kernel, size_t operand) {
  return cast<UseAttr>(kernel.getOperandUses()[operand]).getAccess();
}

static bool isRead(Access access) {
  return access == Access::read || access == Access::update;
}

static bool isWritten(Access access) {
  return access == Access::update || access == Access::write;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

std::vector<uint64_t>
Reference::uniforms(KernelOp kernel, const std::vector<Buffer *> &operands) {
  std::vector<uint64_t> slots;
  if (kernel.getPrologueAttr()) {
    Evaluator &prologue = evaluator(*kernel.getPrologue());
    slots.resize(prologue.getNumResults());
    prologue.run(operand(kernel, Access::counters, operands).load(kStep),
                 slots);
  } else {
    const Buffer &all = operand(kernel, Access::uniforms, operands);
    for (int64_t i = 0; i < int64_t(all.bytes.size()) / all.size; ++i)
      slots.push_back(all.load(i));
  }
  std::vector<uint64_t> chosen;
  for (int64_t slot : kernel.getUniforms()) {
    auto rounded = static_cast<float>(llvm::bit_cast<double>(slots.at(slot)));
    chosen.push_back(llvm::bit_cast<uint32_t>(rounded));
  }
  return chosen;
}

void Reference::map(KernelOp kernel, const std::vector<Buffer *> &operands,
                    int64_t begin, int64_t end) {
  Evaluator &body = evaluator(kernel.getBody());
  std::vector<uint64_t> own = uniforms(kernel, operands), arguments, results;
  results.resize(body.getNumResults());
  for (int64_t i = begin; i < end; ++i) {
    arguments = {uint64_t(i)};
    for (size_t k = 0; k < operands.size(); ++k)
      if (isRead(accessOf(kernel, k)))
        arguments.push_back(operands[k]->load(i));
    llvm::append_range(arguments, own);
    body.run(arguments, results);
    auto result = results.begin();
    for (size_t k = 0; k < operands.size(); ++k)
      if (isWritten(accessOf(kernel, k)))
        operands[k]->store(i, *result++);
  }
}

void Reference::reduce(KernelOp kernel, const std::vector<Buffer *> &operands,
                       int64_t begin, int64_t end) {
  Evaluator &body = evaluator(kernel.getBody());
  const Buffer &read = operand(kernel, Access::read, operands);
  Buffer &partials = operand(kernel, Access::partials, operands);
  int64_t elements = int64_t(read.bytes.size()) / read.size;
  for (int64_t block = begin; block < end; ++block) {
    double lanes[kReductionLanes] = {};
    int64_t first = block * kBlockElements;
    for (int64_t i = first; i < std::min(first + kBlockElements, elements);
         ++i) {
      uint64_t term = 0;
      body.run({uint64_t(i), read.load(i)}, term);
      lanes[i % kReductionLanes] += llvm::bit_cast<double>(term);
    }
    for (int64_t half = kReductionLanes / 2; half >= 1; half /= 2)
      for (int64_t lane = 0; lane < half; ++lane)
        lanes[lane] += lanes[lane + half];
    partials.setF64(block, lanes[0]);
  }
}

void Reference::finish(KernelOp kernel, const std::vector<Buffer *> &operands,
                       int64_t blocks) {
  Evaluator &body = evaluator(kernel.getBody());
  const Buffer &partials = operand(kernel, Access::partials, operands);
  std::vector<double> sums;
  for (int64_t i = 0; i < blocks; ++i)
    sums.push_back(partials.f64(i));
  while (sums.size() > 1) {
    std::vector<double> next;
    for (size_t i = 0; i + 1 < sums.size(); i += 2)
      next.push_back(sums[i] + sums[i + 1]);
    if (sums.size() % 2)
      next.push_back(sums.back());
    sums = next;
  }
  std::vector<uint64_t> results(body.getNumResults());
  body.run({operand(kernel, Access::counters, operands).load(kStep),
            llvm::bit_cast<uint64_t>(sums.at(0))},
           results);
  Buffer &slots = operand(kernel, Access::uniforms, operands);
  for (auto [slot, bits] : llvm::enumerate(results))
    slots.store(slot, bits);
}

void Reference::call(const Command &command) {
  auto kernel = module->lookupSymbol<KernelOp>(command.name);
  std::vector<Buffer *> operands;
  for (int64_t index : ArrayRef(command.numbers).drop_front(3))
    operands.push_back(&buffers.at(index));
  int64_t begin = command.numbers[0], end = command.numbers[1];
  switch (kernel.getKind()) {
  case KernelKind::map:
    return map(kernel, operands, begin, end);
  case KernelKind::reduce:
    return reduce(kernel, operands, begin, end);
  case KernelKind::finish:
    return finish(kernel, operands, end);
  }
}

//===----------------------------------------------------------------------===//
// Jobs
//===----------------------------------------------------------------------===//

void Reference::writeTracks(const Command &command, std::string &output) {
  Evaluator &tracks = evaluator("tracks");
  std::vector<double> values(tracks.getNumResults());
  int64_t step = command.numbers[1];
  for (int64_t i = 0; i < command.numbers[2]; ++i) {
    tracks.evaluate(step + i * command.numbers[3], values);
    output.append(reinterpret_cast<const char *>(values.data()),
                  values.size() * sizeof(double));
  }
}

void Reference::perform(const Command &command, std::string &output) {
  ArrayRef<int64_t> numbers = command.numbers;
  switch (command.kind) {
  case Command::buffer:
    buffers.push_back({std::vector<char>(numbers[0] * numbers[1]), numbers[1]});
    break;
  case Command::fill: {
    Buffer &buffer = buffers.at(numbers[0]);
    for (int64_t i = 0; i < int64_t(buffer.bytes.size()) / buffer.size; ++i)
      buffer.store(
          i, generateBits(FillKind(numbers[1]), numbers[2], i, buffer.size));
    break;
  }
  case Command::set:
    buffers.at(numbers[0]).store(0, numbers[1]);
    break;
  case Command::call:
    call(command);
    break;
  case Command::write:
    output.append(buffers.at(numbers[0]).bytes.data(),
                  buffers.at(numbers[0]).bytes.size());
    break;
  case Command::tracks:
    writeTracks(command, output);
    break;
  }
}

std::string Reference::run(const Job &job) {
  buffers.clear();
  std::string output;
  for (const Command &command : job.getCommands())
    perform(command, output);
  return output;
}
