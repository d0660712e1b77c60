//===- Json.h - reading another tool's configuration ------------*- C++ -*-===//
//
// A file from elsewhere may be anything: size, depth and encoding are bounded
// before it becomes a tree, and a key that stands twice is refused, because one
// of its values would be lost.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_JSON_H
#define DSC_COMPILER_IMPORT_JSON_H

#include "compiler/Import/Log.h"

#include "llvm/ADT/StringRef.h"
#include <nlohmann/json.hpp>
#include <optional>

namespace dsc::importing {

using Json = nlohmann::ordered_json;

constexpr unsigned maxJsonDepth = 32;

/// The object in a file; nullopt after an error.
std::optional<Json> readJsonFile(const std::string &file, Log &log);
std::optional<Json> parseJson(llvm::StringRef text, Log &log);

/// The value as it stands in the file, cut where it is long.
std::string describe(const Json &value);
/// The same for the value at a path: one whose name tells of a secret is not
/// shown.
std::string describeAt(llvm::StringRef path, const Json &value);

/// What is at a path such as optimizer.params.lr; null where nothing is.
const Json *findPath(const Json &root, llvm::StringRef path);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_JSON_H
