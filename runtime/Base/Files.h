//===- Files.h - reading, and writing that survives a crash -----*- C++ -*-===//
//
// Whatever another process may look for after a kill or a power cut is written
// beside its place, fsynced, renamed into it, and its directory fsynced. Every
// failure throws dsc::Error(Exit::storage) that names the file and the reason.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_FILES_H
#define DSC_RUNTIME_BASE_FILES_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dsc {

/// Throws `cannot <action> '<path>': <errno's text>` with Exit::storage.
[[noreturn]] void throwErrno(const std::string &action,
                             const std::string &path);

bool pathExists(const std::string &path);
bool isDirectory(const std::string &path);
std::string readFile(const std::string &path);

/// Names in a directory, sorted, without `.` and `..`; empty when it is absent.
std::vector<std::string> listDirectory(const std::string &path);

/// A file that is only read, in memory.
class FileView {
public:
  explicit FileView(const std::string &path);
  ~FileView();
  FileView(const FileView &) = delete;
  FileView &operator=(const FileView &) = delete;

  const uint8_t *data() const { return bytes; }
  size_t size() const { return count; }

private:
  const uint8_t *bytes = nullptr;
  size_t count = 0;
};

/// A file being written. Short writes and EINTR are seen to.
class OutputFile {
public:
  enum class Mode { create, append };
  /// Without a path nothing is kept, only counted.
  OutputFile(const std::string &path, Mode mode);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  void write(const void *data, size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void sync();
  /// Cuts the file to `size` bytes; later writes go to its end.
  void truncate(uint64_t size);
  uint64_t size() const { return length; }

private:
  std::string path;
  int descriptor = -1;
  uint64_t length = 0;
};

/// For what no run keeps. Throws with kTemporaryRemedy when TMPDIR names none.
std::string temporaryFolder();
inline constexpr char kTemporaryRemedy[] =
    "let TMPDIR name a folder that has room and that you can write to";

void makeDirectories(const std::string &path);
void syncDirectory(const std::string &path);

/// Removes a file or a whole tree; nothing there is no error.
void removeTree(const std::string &path);

/// Renames and makes the rename durable. Both lie in the same directory.
void renameDurably(const std::string &from, const std::string &to);

/// Throws unless an output may go to `path`: nothing is there, or an empty
/// file, or one of the same kind, whose first bytes are those of `contents`. A
/// mistyped name must cost nothing.
void checkReplaceable(const std::string &path, std::string_view contents);

/// What a kill left of files that were being replaced in a directory.
void removeUnfinishedFiles(const std::string &directory);

/// Replaces a whole file at once.
void writeFileDurably(const std::string &path, std::string_view contents);

/// Where `dsc compile` notes the recipe files of a binary, one a line.
std::string sourcesFileOf(const std::string &binary);

/// Makes `link` a symbolic link to `target`, replacing an older one at once.
void replaceLink(const std::string &target, const std::string &link);

/// "a/b" of "a/b/c", "." of "c"; and "c" of both.
std::string parentOf(const std::string &path);
std::string nameOf(const std::string &path);

/// The running program's file and its folder.
std::string programPath();

} // namespace dsc

#endif // DSC_RUNTIME_BASE_FILES_H
