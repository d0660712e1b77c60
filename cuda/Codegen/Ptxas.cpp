//===- Ptxas.cpp ----------------------------------------------------------===//

#include "cuda/Codegen/Ptxas.h"

#include "compiler/Target/MachineCode/Tool.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Regex.h"

#include <cstdlib>

using namespace dsc;

std::optional<std::string> dsc::findPtxas() {
  const char *given = std::getenv("DSC_PTXAS");
  if (!given)
    return findTool(DSC_PTXAS, {"ptxas"});
  if (!*given)
    return std::nullopt;
  return given;
}

llvm::Expected<std::vector<Cubin>>
dsc::assemble(const std::string &ptxas, llvm::StringRef ptx,
              llvm::ArrayRef<std::string> levels) {
  ToolFolder folder;
  folder.write("kernels.ptx", ptx);
  std::vector<ToolCall> calls;
  for (const std::string &level : levels)
    calls.push_back({ptxas,
                     {"-v", "-arch=" + level, folder.file("kernels.ptx"), "-o",
                      folder.file(level)},
                     folder.file(level + ".log")});
  if (llvm::Error error = runTools(calls, "assembling the device's code"))
    return error;
  std::vector<Cubin> cubins;
  for (const std::string &level : levels) {
    auto bytes = folder.read(level), log = folder.read(level + ".log");
    if (!bytes)
      return bytes.takeError();
    if (!log)
      return log.takeError();
    cubins.push_back({std::move(*bytes), readFigures(*log)});
  }
  return cubins;
}

/// The number before the words of `pattern` in `line`, or `otherwise`.
static int64_t numberIn(llvm::StringRef line, const char *pattern,
                        int64_t otherwise) {
  llvm::SmallVector<llvm::StringRef> groups;
  int64_t value;
  if (!llvm::Regex(pattern).match(line, &groups) ||
      groups[1].getAsInteger(10, value))
    return otherwise;
  return value;
}

std::vector<DeviceKernel> dsc::readFigures(llvm::StringRef log) {
  std::vector<DeviceKernel> kernels;
  llvm::Regex entry("Compiling entry function '([^']*)'");
  for (llvm::StringRef line : llvm::split(log, '\n')) {
    llvm::SmallVector<llvm::StringRef> groups;
    if (entry.match(line, &groups)) {
      kernels.emplace_back().name = groups[1].str();
      continue;
    }
    if (kernels.empty())
      continue;
    DeviceKernel &kernel = kernels.back();
    if (line.contains("stack frame")) {
      kernel.localBytes = numberIn(line, "([0-9]+) bytes stack frame", -1);
      kernel.spillBytes = numberIn(line, "([0-9]+) bytes spill stores", -1);
    } else if (line.contains("Used ")) {
      kernel.registers = numberIn(line, "Used ([0-9]+) registers", -1);
      kernel.sharedBytes = numberIn(line, "([0-9]+) bytes smem", 0);
    }
  }
  return kernels;
}
