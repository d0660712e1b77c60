//===- CatalogFiles.h - the files of a source, mapped -----------*- C++ -*-===//
//
// Expands ${VAR} and globs, and maps what they name into memory read-only, so
// that a corpus larger than memory costs only the pages that are read.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_CATALOGFILES_H
#define DSC_RUNTIME_DATA_CATALOGFILES_H

#include "runtime/Base/Files.h"
#include "runtime/Data/Catalog.h"

#include <memory>
#include <string_view>

namespace dsc {

/// A file's bytes for as long as the object lives.
class MappedFile {
public:
  /// Throws dsc::Error(Exit::refused) when it is missing or no regular file.
  explicit MappedFile(std::string path);

  const std::string &path() const { return name; }
  std::string_view bytes() const {
    return {reinterpret_cast<const char *>(view->data()), view->size()};
  }
  FileFacts facts() const;

private:
  std::string name;
  std::unique_ptr<FileView> view;
};

/// `text` with every ${VAR} replaced from the environment. Throws
/// dsc::Error(Exit::refused) on a variable that is not set.
std::string expandVariables(const std::string &text);

/// The files that `path` names, sorted bytewise (no locale). Throws
/// dsc::Error(Exit::refused) when there is none.
std::vector<MappedFile> openFiles(const std::string &path);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOGFILES_H
