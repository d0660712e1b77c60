//===- Tool.cpp -----------------------------------------------------------===//

#include "compiler/Target/MachineCode/Tool.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace dsc;

std::optional<std::string>
dsc::findTool(llvm::StringRef built, llvm::ArrayRef<llvm::StringRef> names) {
  if (llvm::sys::fs::can_execute(built))
    return built.str();
  std::string self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&findTool));
  llvm::StringRef folder = llvm::sys::path::parent_path(self);
  for (llvm::StringRef name : names) {
    if (auto found = llvm::sys::findProgramByName(name, {folder}))
      return *found;
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

ToolFolder::ToolFolder() {
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("dsc-tool", path))
    throw Error(Exit::storage,
                "cannot make a temporary folder: " + error.message(),
                kTemporaryRemedy);
}

ToolFolder::~ToolFolder() { llvm::sys::fs::remove_directories(path); }

std::string ToolFolder::file(llvm::StringRef name) const {
  return (path + "/" + name).str();
}

void ToolFolder::write(llvm::StringRef name, llvm::StringRef bytes) const {
  std::error_code error;
  llvm::raw_fd_ostream stream(file(name), error);
  if (!error) {
    stream << bytes;
    stream.close();
    error = stream.error();
    stream.clear_error();
  }
  if (error)
    throw Error(Exit::storage,
                "cannot write '" + file(name) + "': " + error.message(),
                kTemporaryRemedy);
}

llvm::Expected<std::string> ToolFolder::read(llvm::StringRef name) const {
  auto buffer = llvm::MemoryBuffer::getFile(file(name));
  if (!buffer)
    return llvm::createStringError("cannot read '" + file(name) +
                                   "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// A tool that runs, or why it could not be started.
namespace {
struct RunningTool {
  llvm::sys::ProcessInfo process;
  std::string message;
  bool failed = false;
};
} // namespace

static RunningTool start(const ToolCall &call) {
  llvm::SmallVector<llvm::StringRef> arguments = {call.program};
  arguments.append(call.arguments.begin(), call.arguments.end());
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""),
                                                llvm::StringRef(call.log),
                                                llvm::StringRef(call.log)};
  RunningTool tool;
  tool.process =
      llvm::sys::ExecuteNoWait(call.program, arguments, std::nullopt, redirects,
                               0, &tool.message, &tool.failed);
  if (tool.failed)
    tool.message = "cannot run '" + call.program + "': " + tool.message;
  return tool;
}

llvm::Error dsc::runTools(llvm::ArrayRef<ToolCall> calls,
                          llvm::StringRef purpose) {
  std::vector<RunningTool> tools;
  for (const ToolCall &call : calls)
    tools.push_back(start(call));
  llvm::Error result = llvm::Error::success();
  for (auto [call, tool] : llvm::zip_equal(calls, tools)) {
    int code = tool.failed
                   ? 0
                   : llvm::sys::Wait(tool.process, std::nullopt, &tool.message)
                         .ReturnCode;
    if ((!tool.failed && code == 0) || result)
      continue;
    if (auto words = llvm::MemoryBuffer::getFile(call.log))
      tool.message += (*words)->getBuffer();
    if (tool.message.empty())
      tool.message =
          "'" + call.program + "' ended with " + std::to_string(code);
    result = llvm::createStringError(
        purpose + " failed: " + llvm::StringRef(tool.message).trim());
  }
  return result;
}
