//===- KernelFixture.cpp --------------------------------------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include "compiler/Transforms/Schedule/LowerSchedule.h"
#include "runtime/Base/Random.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Verifier.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <unistd.h>

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

Recipe dsc::test::singleGroup(std::string kind, int64_t elements) {
  Recipe recipe;
  recipe.kind = std::move(kind);
  recipe.groups.resize(1);
  recipe.groups[0].end = elements;
  return recipe;
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

static Operation *createOp(OpBuilder &builder, StringRef name,
                           const NamedAttrList &attributes) {
  Location loc = FileLineColLoc::get(builder.getContext(), "recipe.toml", 7, 1);
  OperationState state(loc, name);
  state.addAttributes(attributes.getAttrs());
  return builder.create(state);
}

static Operation *createPhase(OpBuilder &builder, StringRef name, int64_t begin,
                              int64_t end, double from, double to,
                              bool momentum) {
  NamedAttrList attributes;
  attributes.set("begin", builder.getI64IntegerAttr(begin));
  attributes.set("end", builder.getI64IntegerAttr(end));
  attributes.set("start", builder.getF64FloatAttr(from));
  attributes.set("finish", builder.getF64FloatAttr(to));
  attributes.set("inclusive", builder.getStringAttr("right"));
  if (momentum) {
    auto ends = builder.getF64ArrayAttr({0.95, 0.85});
    attributes.set("tracks", builder.getDictionaryAttr(
                                 builder.getNamedAttr("momentum", ends)));
  }
  return createOp(builder, name, attributes);
}

static Operation *createOptimizer(OpBuilder &builder, const Recipe &recipe,
                                  const GroupRecipe &group) {
  NamedAttrList attributes;
  if (recipe.kind == "adamw") {
    attributes.set("beta2", builder.getF64FloatAttr(0.999));
    attributes.set("eps", builder.getF64FloatAttr(1e-8));
  } else {
    attributes.set("own_momentum", builder.getF64FloatAttr(0));
    attributes.set("dampening", builder.getF64FloatAttr(0));
    attributes.set("nesterov", builder.getBoolAttr(group.nesterov));
  }
  for (auto [key, value] : group.keys)
    attributes.set(key, builder.getF64FloatAttr(value));
  return createOp(builder, "dsc." + recipe.kind, attributes);
}

Program::Program(const Recipe &recipe,
                 llvm::function_ref<void(MLIRContext &)> prepare)
    : recipe(recipe) {
  if (prepare)
    prepare(context);
  context.loadDialect<DscDialect, plan_ir::PlanDialect, func::FuncDialect,
                      arith::ArithDialect, math::MathDialect>();
  OpBuilder builder(&context);
  module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  Operation *phases[] = {
      createPhase(builder, "dsc.linear", 0, 50, 0, 3e-3, recipe.momentumTrack),
      createPhase(builder, "dsc.cosine", 50, kScheduleSteps, 3e-3, 3e-4,
                  false)};
  PhaseInterface interfaces[] = {cast<PhaseInterface>(phases[0]),
                                 cast<PhaseInterface>(phases[1])};
  if (recipe.warmupReaction)
    phases[0]->setAttr("reaction", recipe.warmupReaction(context));
  ScheduleExtras extras;
  extras.reactions = recipe.reactions;
  tracks = *lowerSchedule(*module, "tracks", interfaces, {}, extras);
  observe = module->lookupSymbol<func::FuncOp>(kObserveFunction);
  OptimizerProgram description;
  std::vector<Operation *> optimizers;
  for (const GroupRecipe &group : recipe.groups) {
    optimizers.push_back(createOptimizer(builder, recipe, group));
    description.groups.push_back(
        {group.name, cast<OptimizerInterface>(optimizers.back()), group.lrScale,
         group.weightDecay, true, group.begin, group.end,
         optimizers.back()->getLoc()});
  }
  description.elements = recipe.elements();
  description.clipNorm = recipe.clipNorm;
  description.precision = recipe.precision;
  description.tracks = tracks;
  description.observe = observe;
  description.uniformsInUpdate = recipe.uniformsInUpdate;
  kernels = *lowerOptimizer(description, *module);
  for (Operation *op : optimizers)
    op->erase();
  for (Operation *op : phases)
    op->erase();
  EXPECT_TRUE(succeeded(verify(*module)));
}

std::string Program::compile(const std::string &level) const {
  CompileOptions options;
  options.levels = {level};
  options.exportedTracks = "tracks";
  ModuleOp kernelModule = *const_cast<OwningOpRef<ModuleOp> &>(module);
  auto pending = createCpuBackend()->compile(kernelModule, options);
  EXPECT_TRUE(succeeded(pending));
  auto code = waitForCode(std::move(*pending), kernelModule.getContext());
  EXPECT_TRUE(succeeded(code));
  return code->front().bytes;
}

int64_t Program::uniform(const std::string &name) const {
  auto found = llvm::find(kernels.uniforms, name);
  EXPECT_NE(found, kernels.uniforms.end()) << name;
  return found - kernels.uniforms.begin();
}

plan_ir::KernelOp dsc::test::findKernel(Program &program, StringRef name) {
  return program.module->lookupSymbol<plan_ir::KernelOp>(name);
}

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

Memory::Memory(size_t count, size_t size)
    : count(count), bytes(count * size + 64) {
  auto address = reinterpret_cast<uintptr_t>(bytes.data());
  base = bytes.data() + (64 - address % 64) % 64;
}

TemporaryFile::TemporaryFile(const std::string &bytes) {
  path = testing::TempDir() + "dsc-kernels-XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path, std::ios::binary).write(bytes.data(), bytes.size());
}

TemporaryFile::~TemporaryFile() { unlink(path.c_str()); }

void *dsc::test::openLibrary(const std::string &bytes) {
  TemporaryFile file(bytes);
  void *library = dlopen(file.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_NE(library, nullptr) << dlerror();
  return library;
}

static Memory allocate(plan_ir::BufferOp buffer) {
  unsigned bits = buffer.getDtype().getIntOrFloatBitWidth();
  Memory memory(buffer.getCount(), bits / 8);
  if (buffer.getDtype().isF32())
    std::fill_n(memory.as<float>(), memory.count,
                float(buffer.getFill().convertToDouble()));
  return memory;
}

Machine::Machine(Program &program, const std::string &level)
    : program(program), suffix("__" + level) {
  std::replace(suffix.begin(), suffix.end(), '-', '_');
  std::string object = program.compile(level);
  auto payload = linkPayload({object, "recipe", "plan", ""});
  if (!payload)
    throw std::runtime_error(llvm::toString(payload.takeError()));
  library = openLibrary(*payload);
  for (auto buffer : program.module->getOps<plan_ir::BufferOp>())
    buffers[buffer.getSymName().str()] = allocate(buffer);
}

Machine::~Machine() { dlclose(library); }

void *Machine::find(const std::string &symbol) {
  void *address = dlsym(library, (symbol + suffix).c_str());
  EXPECT_NE(address, nullptr) << symbol;
  return address;
}

void Machine::run(const std::string &name, int64_t begin, int64_t end) {
  std::vector<void *> operands;
  for (auto use : findKernel(program, name)
                      .getOperandUses()
                      .getAsRange<plan_ir::UseAttr>())
    operands.push_back(buffers.at(use.getBuffer().getValue().str()).as<void>());
  reinterpret_cast<CpuKernel>(find(name))(operands.data(), begin, end);
}

void Machine::step() {
  if (program.kernels.finish) {
    int64_t blocks = buffers.at("partials").count;
    run(*program.kernels.reduce, 0, blocks);
    run(*program.kernels.finish, 0, blocks);
  }
  for (auto [name, group] :
       llvm::zip_equal(program.kernels.updates, program.recipe.groups))
    run(name, group.begin, group.end);
  ++counter();
}

double Machine::uniform(const std::string &name) {
  return buffers.at("uniforms").as<double>()[program.uniform(name)];
}

std::vector<std::string> dsc::test::runnableLevels() {
  std::vector<std::string> levels;
  if (__builtin_cpu_supports("x86-64-v3"))
    levels.push_back("x86-64-v3");
  if (__builtin_cpu_supports("x86-64-v4"))
    levels.push_back("x86-64-v4");
  return levels;
}

void dsc::test::fill(float *values, int64_t count, uint64_t seed,
                     double scale) {
  RandomStream stream(seed, "kernels");
  for (int64_t i = 0; i < count; ++i) {
    double value = stream.normal(0, i) * scale;
    uint32_t kind = stream.words(1, i)[0] % 64;
    if (kind == 0)
      value = 0;
    else if (kind == 1)
      value *= 1e-38;
    else if (kind == 2)
      value *= 1e4;
    values[i] = float(value);
  }
}

uint32_t dsc::test::bitsOf(float value) {
  return std::isnan(value) ? 0x7FC00000u : std::bit_cast<uint32_t>(value);
}

uint64_t dsc::test::bitsOf(double value) {
  return std::bit_cast<uint64_t>(value);
}
