//===- Tool.h - programs of others: linkers, assemblers ---------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_MACHINECODE_TOOL_H
#define DSC_COMPILER_TARGET_MACHINECODE_TOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// The program of the build, else the first of `names` beside this program or
/// on the PATH.
std::optional<std::string> findTool(llvm::StringRef built,
                                    llvm::ArrayRef<llvm::StringRef> names);

/// A temporary folder for files that tools read and write; it goes with the
/// object.
class ToolFolder {
public:
  static llvm::Expected<ToolFolder> create();
  ToolFolder(ToolFolder &&other) : path(std::move(other.path)) {
    other.path.clear();
  }
  ToolFolder &operator=(ToolFolder &&) = delete;
  ~ToolFolder();

  /// Where a file of that name is, or would be.
  std::string file(llvm::StringRef name) const;
  llvm::Error write(llvm::StringRef name, llvm::StringRef bytes) const;
  llvm::Expected<std::string> read(llvm::StringRef name) const;

private:
  ToolFolder() = default;
  llvm::SmallString<128> path;
};

/// A program with its arguments, and the file that takes what it says.
struct ToolCall {
  std::string program;
  std::vector<std::string> arguments;
  std::string log;
};

/// Runs all of them at once and waits for each. Fails with the tool's own words
/// after `purpose`: "linking the payload".
llvm::Error runTools(llvm::ArrayRef<ToolCall> calls, llvm::StringRef purpose);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_MACHINECODE_TOOL_H
