//===- Config.h - a configuration, every key of it --------------*- C++ -*-===//
//
// Keys are taken by their path. What nobody took is, at the end, either known
// (then it is said what became of it) or unknown (then it is refused by name).
// A value "auto" is replaced by what the command line gives for it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_CONFIG_H
#define DSC_COMPILER_IMPORT_CONFIG_H

#include "compiler/Import/Json.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace dsc::importing {

/// A key that the tool has and a recipe has no place for.
struct KnownKey {
  /// From the root; "*" stands for the names of a table that has its own, and
  /// for the places of a list.
  const char *path;
  /// JSON of the values with which nothing is lost, joined by " or "; "off": an
  /// object that enables nothing; "": no value.
  const char *usual;
  const char *reason; ///< why it is not carried
};

/// Whether a value is among those of such a list.
bool isOneOf(llvm::StringRef usual, const Json &value);

/// What "auto" stands for, by path; and the option that gives it.
struct Fill {
  std::optional<Json> value;
  std::string option;
  bool mustAgree = false;  ///< with a value that is there
  std::string remedy = {}; ///< for a lack of it; "": give the option
};

class Config {
public:
  Config(const Json &root, std::string title, llvm::StringMap<Fill> fills,
         Log &log)
      : root(root), title(std::move(title)), fills(std::move(fills)), log(log) {
  }

  /// The value at a path, "auto" replaced; null where it is absent or null.
  const Json *take(llvm::StringRef path);
  /// Whether the path is there at all, taken or not.
  bool has(llvm::StringRef path) const { return findPath(root, path); }
  bool isNull(llvm::StringRef path) const;
  bool isAuto(llvm::StringRef path) const;
  /// Whether it is "auto", and no option says what that is.
  bool isOpen(llvm::StringRef path) const;
  bool isTaken(llvm::StringRef path) const { return used.contains(path); }
  /// Accounts for a path, and what is below it, that was reported elsewhere.
  void ignore(llvm::StringRef path) { used.insert(path); }
  /// Whether the value is an object.
  bool isObject(llvm::StringRef path) const {
    const Json *value = findPath(root, path);
    return value && value->is_object();
  }
  /// Whether there is an object with a type in it; after an error false where
  /// anything else is there.
  bool hasTyped(llvm::StringRef path, const llvm::Twine &types);

  /// Typed values; nullopt where absent, and after an error where of another
  /// type.
  std::optional<double> number(llvm::StringRef path);
  std::optional<int64_t> integer(llvm::StringRef path);
  std::optional<bool> flag(llvm::StringRef path);
  std::optional<std::string> text(llvm::StringRef path);

  /// The keys of an object, each of which the caller accounts for.
  std::vector<std::string> keysOf(llvm::StringRef path);

  /// Accounts for what was not taken.
  void finish(llvm::ArrayRef<KnownKey> known);

  /// "optimizer.params.lr", in quotes.
  std::string quote(llvm::StringRef path) const;
  void refuseType(llvm::StringRef path, const Json &value,
                  const llvm::Twine &expected);

private:
  /// The value, or what it stands for; null for "auto" that nothing fills.
  const Json *resolve(llvm::StringRef path, const Json &value);
  void checkAgreement(llvm::StringRef path, const Json &value,
                      const Fill &fill);
  void finishTable(const Json &table, const std::string &path,
                   const std::string &place, llvm::ArrayRef<KnownKey> known);
  void finishValue(const Json &value, const std::string &path,
                   const std::string &place, llvm::ArrayRef<KnownKey> known);
  void reportUnknown(const std::string &path, const std::string &name,
                     const std::string &above, const std::string &place,
                     llvm::ArrayRef<KnownKey> known);

  const Json &root;
  std::string title; ///< what messages call the file's format
  llvm::StringMap<Fill> fills;
  llvm::StringSet<> used;
  llvm::StringSet<> asked;    ///< also of what is not there
  size_t unknown = 0;         ///< keys so far
  llvm::StringSet<> reported; ///< an "auto" is asked for once
  Log &log;
};

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_CONFIG_H
