//===- Place.cpp ----------------------------------------------------------===//

#include "test/unit/Conformance/Place.h"

#include "compiler/Target/Backends.h"
#include "test/unit/Conformance/Interpreter.h"
#include "test/unit/Kernels/KernelFixture.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <fstream>
#include <sstream>

using namespace dsc;
using namespace dsc::test;

static std::string findProgram(llvm::StringRef name, std::string &missing) {
  auto found = llvm::sys::findProgramByName(name);
  if (!found)
    missing += (missing.empty() ? "needs " : " and ") + name.str();
  return found ? *found : "";
}

std::optional<std::string>
dsc::test::capture(const std::vector<std::string> &command,
                   const std::string &input) {
  TemporaryFile stdinFile(input), stdoutFile;
  llvm::SmallVector<llvm::StringRef> arguments(command.begin(), command.end());
  std::optional<llvm::StringRef> redirects[] = {
      llvm::StringRef(stdinFile.path), llvm::StringRef(stdoutFile.path),
      std::nullopt};
  std::string message;
  if (llvm::sys::ExecuteAndWait(command[0], arguments, std::nullopt, redirects,
                                0, 0, &message) != 0)
    return std::nullopt;
  std::ostringstream found;
  found << std::ifstream(stdoutFile.path, std::ios::binary).rdbuf();
  return found.str();
}

std::string Place::run(const std::string &payload, const Job &job) const {
  if (command.empty())
    return interpret(payload, job);
  TemporaryFile file(payload);
  std::vector<std::string> words = command;
  std::string suffix = level;
  std::replace(suffix.begin(), suffix.end(), '-', '_');
  words.insert(words.end(), {file.path, suffix});
  if (masks)
    words.emplace_back("--without-avx512");
  std::optional<std::string> output = capture(words, job.text());
  EXPECT_TRUE(output.has_value()) << "the harness failed on " << name;
  return output.value_or("");
}

std::vector<std::string> dsc::test::maskingPrefix() {
  return {"/usr/bin/env",
          "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512BW,-AVX512CD,"
          "-AVX512DQ,-AVX512VL,-AVX2,-AVX2_Usable,-FMA,-FMA4"};
}

static Place hostPlace(const std::string &level) {
  Place place{level, level, {DSC_HOST_HARNESS}};
  if (!llvm::is_contained(runnableLevels(), level))
    place.missing = "needs a CPU of level " + level;
  return place;
}

std::vector<Place> dsc::test::hostPlaces() {
  Place masked = hostPlace("x86-64-v3");
  masked.name += ", masked";
  masked.masks = true;
  std::vector<std::string> prefix = maskingPrefix();
  masked.command.insert(masked.command.begin(), prefix.begin(), prefix.end());
  return {hostPlace("x86-64-v3"), hostPlace("x86-64-v4"), masked};
}

/// An x86 CPU that has AVX2 and FMA, and whose CPUID knows nothing better.
Place dsc::test::emulatedX86() {
  Place place{"x86-64-v3, emulated", "x86-64-v3", {}};
  std::string emulator = findProgram("qemu-x86_64", place.missing);
  place.command = {emulator, "-cpu", "max", DSC_HOST_HARNESS};
  place.masks = true;
  return place;
}

/// The folder that holds lib/ of the cross compiler's C library.
static std::string findSysroot(const std::string &compiler) {
  auto library = capture({compiler, "-print-file-name=libc.so.6"}, "");
  llvm::SmallString<128> path;
  if (!library ||
      llvm::sys::fs::real_path(llvm::StringRef(*library).trim(), path))
    return "";
  return llvm::sys::path::parent_path(llvm::sys::path::parent_path(path)).str();
}

Place dsc::test::emulatedAarch64() {
  Place place{"aarch64", "aarch64", {}};
  std::string emulator = findProgram("qemu-aarch64", place.missing);
  std::string compiler = findProgram("aarch64-linux-gnu-gcc", place.missing);
  if (!place.missing.empty())
    return place;
  place.command = {emulator, "-L", findSysroot(compiler), DSC_AARCH64_HARNESS};
  if (!llvm::sys::fs::exists(DSC_AARCH64_HARNESS))
    place.missing = "needs a build configured with aarch64-linux-gnu-gcc";
  return place;
}

Place dsc::test::interpretedGpu() {
  Place place{"sm_80", "sm_80", {}};
  bool isBuilt = llvm::any_of(createBackends(), [&](auto &backend) {
    return llvm::is_contained(backend->getLevels(), place.level);
  });
  if (!isBuilt)
    place.missing = "needs a build whose DSC_BACKENDS have " + place.level;
  return place;
}

std::vector<Place> dsc::test::allPlaces() {
  std::vector<Place> places = hostPlaces();
  places.push_back(emulatedX86());
  places.push_back(emulatedAarch64());
  places.push_back(interpretedGpu());
  return places;
}
