//===- Job.cpp ------------------------------------------------------------===//

#include "test/unit/Conformance/Job.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace dsc;
using namespace dsc::test;

static int64_t bytesOf(Element element) {
  switch (element) {
  case Element::f32:
    return 4;
  case Element::bf16:
    return 2;
  case Element::f64:
  case Element::i64:
    return 8;
  }
  llvm_unreachable("four elements");
}

static Element elementOf(mlir::Type type) {
  if (type.isF32())
    return Element::f32;
  if (type.isF64())
    return Element::f64;
  return type.isBF16() ? Element::bf16 : Element::i64;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Job::Job(mlir::ModuleOp module) : module(module) {
  for (auto buffer : module.getOps<plan_ir::BufferOp>()) {
    names.push_back(buffer.getSymName().str());
    int64_t bytes = bytesOf(elementOf(buffer.getDtype()));
    commands.push_back(
        {Command::buffer, names.back(), {int64_t(buffer.getCount()), bytes}});
  }
}

int64_t Job::indexOf(llvm::StringRef buffer) const {
  auto found = llvm::find(names, buffer);
  if (found == names.end())
    llvm::report_fatal_error("no buffer " + buffer);
  return found - names.begin();
}

void Job::fill(llvm::StringRef buffer, FillKind kind, uint64_t seed) {
  commands.push_back(
      {Command::fill, "", {indexOf(buffer), kind, int64_t(seed)}});
}

void Job::setCounter(int64_t step) {
  commands.push_back({Command::set, "", {indexOf("counters"), step}});
}

void Job::call(llvm::StringRef kernel, int64_t begin, int64_t end) {
  auto op = module.lookupSymbol<plan_ir::KernelOp>(kernel);
  auto uses = op.getOperandUses().getAsRange<plan_ir::UseAttr>();
  std::vector<int64_t> numbers = {begin, end, 0};
  for (plan_ir::UseAttr use : uses)
    numbers.push_back(indexOf(use.getBuffer().getValue()));
  numbers[2] = numbers.size() - 3;
  commands.push_back({Command::call, kernel.str(), numbers});
}

void Job::write(llvm::StringRef buffer, const std::string &label) {
  auto op = module.lookupSymbol<plan_ir::BufferOp>(buffer);
  commands.push_back({Command::write, "", {indexOf(buffer)}});
  outputs.push_back({buffer.str() + " " + label, elementOf(op.getDtype()),
                     int64_t(op.getCount())});
}

void Job::tracks(int64_t results, int64_t first, int64_t count,
                 int64_t stride) {
  commands.push_back({Command::tracks, "", {results, first, count, stride}});
  outputs.push_back(
      {llvm::formatv("tracks from step {0} by {1}", first, stride).str(),
       Element::f64, results * count});
}

std::string Job::text() const {
  static constexpr llvm::StringLiteral verbs[] = {"buffer", "fill",  "set",
                                                  "call",   "write", "tracks"};
  std::string text;
  for (const Command &command : commands) {
    text += verbs[command.kind];
    if (command.kind == Command::call)
      text += " " + command.name;
    for (int64_t number : command.numbers)
      text += " " + std::to_string(number);
    text += "\n";
  }
  return text;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

static uint64_t readBits(const std::string &values, int64_t at, int64_t size) {
  uint64_t bits = 0;
  std::memcpy(&bits, values.data() + at, size);
  return bits;
}

static bool isNaN(uint64_t bits, Element element) {
  switch (element) {
  case Element::f32:
    return (bits & 0x7FFFFFFF) > 0x7F800000;
  case Element::f64:
    return (bits & 0x7FFFFFFFFFFFFFFF) > 0x7FF0000000000000;
  case Element::bf16:
    return (bits & 0x7FFF) > 0x7F80;
  case Element::i64:
    return false;
  }
  llvm_unreachable("four elements");
}

std::string dsc::test::withOneNaN(const Job &job, std::string values) {
  int64_t at = 0;
  for (const Output &output : job.getOutputs()) {
    int64_t size = bytesOf(output.element);
    for (int64_t i = 0; i < output.count; ++i, at += size)
      if (isNaN(readBits(values, at, size), output.element))
        std::memset(values.data() + at, 0xFF, size);
  }
  return values;
}

/// Where two lists of values first differ, and how many do.
static std::string describeDifference(const Job &job, const std::string &a,
                                      const std::string &b) {
  std::string first;
  int64_t at = 0, differing = 0;
  for (const Output &output : job.getOutputs()) {
    int64_t size = bytesOf(output.element);
    for (int64_t i = 0; i < output.count; ++i, at += size) {
      uint64_t expected = readBits(a, at, size), found = readBits(b, at, size);
      if (expected != found && differing++ == 0)
        first = llvm::formatv("{0}, value {1}: expected {2:x}, found {3:x}",
                              output.label, i, expected, found);
    }
  }
  return first + " (" + std::to_string(differing) + " values differ)";
}

std::string dsc::test::compare(const Job &job, const std::string &expected,
                               const std::string &found) {
  size_t total = 0;
  for (const Output &output : job.getOutputs())
    total += output.count * bytesOf(output.element);
  if (total == 0 || expected.size() != total || found.size() != total)
    return llvm::formatv("the job writes {0} bytes, the reference wrote {1}, "
                         "the machine {2}",
                         total, expected.size(), found.size());
  if (expected == found)
    return "";
  std::string a = withOneNaN(job, expected), b = withOneNaN(job, found);
  return a == b ? "" : describeDifference(job, a, b);
}
