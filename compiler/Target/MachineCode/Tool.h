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
/// object. Throws dsc::Error(Exit::storage) where there is no room for it, or
/// for what is written there.
class ToolFolder {
public:
  ToolFolder();
  ToolFolder(const ToolFolder &) = delete;
  ToolFolder &operator=(const ToolFolder &) = delete;
  ~ToolFolder();

  /// Where a file of that name is, or would be.
  std::string file(llvm::StringRef name) const;
  void write(llvm::StringRef name, llvm::StringRef bytes) const;
  llvm::Expected<std::string> read(llvm::StringRef name) const;

private:
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
