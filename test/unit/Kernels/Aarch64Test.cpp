//===- Aarch64Test.cpp - the same bits under qemu-user --------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include "llvm/Support/Program.h"

#include <fstream>
#include <sstream>

using namespace dsc;
using namespace dsc::test;

namespace {

constexpr int64_t kElements = 2 * kBlockElements + 37;
constexpr int kSteps = 4;

Recipe recipe() {
  Recipe recipe = singleGroup("adamw", kElements);
  recipe.clipNorm = 1;
  recipe.precision = ComputePrecision::bf16Mixed;
  recipe.momentumTrack = true;
  return recipe;
}

template <typename T> std::string bytes(const T *values, size_t count) {
  return std::string(reinterpret_cast<const char *>(values), count * sizeof(T));
}

/// What the harness writes, from kernels of this machine; `input` gets what it
/// reads.
std::string runHere(Program &program, const std::string &level,
                    std::string &input) {
  Machine machine(program, level);
  fill(machine.f32("param"), kElements, 1, 0.1);
  input = bytes(machine.f32("param"), kElements);
  for (int step = 0; step < kSteps; ++step) {
    fill(machine.f32("grad"), kElements, 2 + step, 0.1);
    input += bytes(machine.f32("grad"), kElements);
    machine.step();
  }
  std::string output =
      bytes(machine.f32("param"), kElements) +
      bytes(machine.buffers["compute"].as<uint16_t>(), kElements) +
      bytes(machine.buffers["uniforms"].as<double>(),
            program.kernels.uniforms.size());
  auto *tracks = reinterpret_cast<void (*)(int64_t, double *, const double *)>(
      machine.find("dsc_tracks"));
  for (int64_t step = 0; step < kScheduleSteps; ++step) {
    double values[2];
    tracks(step, values, nullptr);
    output += bytes(values, 2);
  }
  return output;
}

int execute(const std::vector<std::string> &command, llvm::StringRef input,
            llvm::StringRef output) {
  llvm::SmallVector<llvm::StringRef> arguments(command.begin(), command.end());
  std::optional<llvm::StringRef> redirects[] = {input, output, std::nullopt};
  return llvm::sys::ExecuteAndWait(command[0], arguments, std::nullopt,
                                   redirects);
}

} // namespace

TEST(Aarch64, GivesTheBitsOfThisMachine) {
  auto compiler = llvm::sys::findProgramByName("aarch64-linux-gnu-gcc");
  auto emulator = llvm::sys::findProgramByName("qemu-aarch64");
  if (!compiler || !emulator)
    GTEST_SKIP() << "needs aarch64-linux-gnu-gcc and qemu-aarch64";
  Program program(recipe());
  TemporaryFile object(program.compile("aarch64")), harness;
  ASSERT_EQ(
      execute({*compiler, "-O1", "-static", "-x", "c", DSC_AARCH64_HARNESS,
               "-x", "none", object.path, "-o", harness.path},
              "", ""),
      0);
  for (const std::string &level : runnableLevels()) {
    std::string input, expected = runHere(program, level, input);
    TemporaryFile stdinFile(input), stdoutFile;
    ASSERT_EQ(execute({*emulator, harness.path, std::to_string(kElements),
                       std::to_string(program.kernels.uniforms.size()),
                       std::to_string(kSteps), std::to_string(kScheduleSteps)},
                      stdinFile.path, stdoutFile.path),
              0);
    std::ostringstream found;
    found << std::ifstream(stdoutFile.path, std::ios::binary).rdbuf();
    EXPECT_TRUE(found.str() == expected) << level;
  }
}
