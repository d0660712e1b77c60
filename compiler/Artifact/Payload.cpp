//===- Payload.cpp - linking ----------------------------------------------===//

#include "compiler/Artifact/Payload.h"

#include "compiler/Artifact/Sections.h"
#include "runtime/Artifact/Trailer.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace dsc;

/// The linker of the build, else one beside us, else one on the PATH.
static llvm::Expected<std::string> findLinker() {
  if (llvm::sys::fs::can_execute(DSC_LLD))
    return std::string(DSC_LLD);
  std::string self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&findLinker));
  llvm::StringRef folder = llvm::sys::path::parent_path(self);
  if (auto found = llvm::sys::findProgramByName("ld.lld", {folder}))
    return *found;
  for (const char *name : {"ld.lld-22", "ld.lld"})
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  return llvm::createStringError("found no linker: neither '" DSC_LLD
                                 "' nor ld.lld beside this program "
                                 "or on the PATH");
}

static llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (!error) {
    stream << bytes;
    stream.close();
    error = stream.error();
    stream.clear_error();
  }
  if (error)
    return llvm::createStringError("cannot write '" + path +
                                   "': " + error.message());
  return llvm::Error::success();
}

static llvm::Expected<std::string> readFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// Runs the linker on `inputs`; its own words are the message of a failure.
static llvm::Error runLinker(llvm::ArrayRef<std::string> inputs,
                             llvm::StringRef output, llvm::StringRef log) {
  auto linker = findLinker();
  if (!linker)
    return linker.takeError();
  // -z defs: undefined symbols are errors. --build-id=none and -s: nothing that
  // depends on the machine or the folder of the build.
  llvm::SmallVector<llvm::StringRef> arguments = {
      *linker, "-shared",          "-z", "defs",
      "-z",    "noexecstack",      "-s", "--build-id=none",
      "-O0",   "--hash-style=gnu", "-o", output};
  arguments.append(inputs.begin(), inputs.end());
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), log, log};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(*linker, arguments, std::nullopt,
                                         redirects, 0, 0, &message);
  if (status == 0)
    return llvm::Error::success();
  if (auto words = llvm::MemoryBuffer::getFile(log))
    message += (*words)->getBuffer();
  return llvm::createStringError("linking the payload failed: " +
                                 llvm::StringRef(message).trim());
}

llvm::Expected<std::string> dsc::linkPayload(const PayloadParts &parts) {
  llvm::StringRef first =
      parts.objects.empty() ? llvm::StringRef() : parts.objects.front();
  auto data = createDataObject(first, {{kRecipeSection, parts.recipe},
                                       {kPlanSection, parts.plan},
                                       {kFatbinSection, parts.fatbin}});
  if (!data)
    return data.takeError();

  llvm::SmallString<128> folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("dsc-link", folder))
    return llvm::createStringError("cannot make a temporary folder: " +
                                   error.message());
  llvm::scope_exit cleanup([&] { llvm::sys::fs::remove_directories(folder); });

  std::vector<std::string> inputs;
  auto add = [&](llvm::StringRef bytes) {
    inputs.push_back(
        (folder + "/" + std::to_string(inputs.size()) + ".o").str());
    return writeFile(inputs.back(), bytes);
  };
  if (llvm::Error error = add(*data))
    return error;
  for (const std::string &object : parts.objects)
    if (llvm::Error error = add(object))
      return error;
  std::string output = (folder + "/payload.so").str();
  if (llvm::Error error = runLinker(inputs, output, (folder + "/log").str()))
    return error;
  return readFile(output);
}
