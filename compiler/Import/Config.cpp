//===- Config.cpp - a configuration whose every key is accounted for ------===//

#include "compiler/Import/Config.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace dsc;
using namespace dsc::importing;

static std::string join(const std::string &path, const std::string &name) {
  return path.empty() ? name : path + "." + name;
}

std::string Config::quote(llvm::StringRef path) const {
  return describeName(path);
}

const Json *Config::find(llvm::StringRef path) const {
  const Json *at = &root;
  while (!path.empty()) {
    auto [name, rest] = path.split('.');
    if (!at->is_object())
      return nullptr;
    auto found = at->find(name.str());
    if (found == at->end())
      return nullptr;
    at = &*found;
    path = rest;
  }
  return at;
}

bool Config::isNull(llvm::StringRef path) const {
  const Json *value = find(path);
  return value && value->is_null();
}

bool Config::isOpen(llvm::StringRef path) const {
  const Json *value = find(path);
  auto fill = fills.find(path);
  return value && *value == "auto" &&
         !(fill != fills.end() && fill->second.value);
}

const Json *Config::take(llvm::StringRef path) {
  asked.insert(path);
  const Json *value = find(path);
  if (!value)
    return nullptr;
  used.insert(path);
  if (value->is_null())
    return nullptr;
  auto fill = fills.find(path);
  if (!value->is_string() || *value != "auto") {
    if (fill != fills.end())
      checkAgreement(path, *value, fill->second);
    return value;
  }
  if (fill != fills.end() && fill->second.value)
    return &*fill->second.value;
  if (reported.insert(path).second)
    log.error(quote(path) + " is \"auto\", and nothing says what it stands for",
              fill != fills.end() && !fill->second.option.empty()
                  ? "give " + fill->second.option
                  : "give --auto " + path + "=VALUE");
  return nullptr;
}

void Config::checkAgreement(llvm::StringRef path, const Json &value,
                            const Fill &fill) {
  if (fill.mustAgree && fill.value && *fill.value != value)
    log.error(quote(path) + " is " + describe(value) + ", but " + fill.option +
                  " says " + describe(*fill.value),
              "options fill what is \"auto\"");
}

void Config::refuseType(llvm::StringRef path, const Json &value,
                        const llvm::Twine &expected) {
  log.error(quote(path) + " is " + describe(value) + ", expected " + expected);
}

std::optional<double> Config::number(llvm::StringRef path) {
  const Json *value = take(path);
  if (!value)
    return std::nullopt;
  if (value->is_number())
    return value->get<double>();
  refuseType(path, *value, "a number");
  return std::nullopt;
}

std::optional<int64_t> Config::integer(llvm::StringRef path) {
  const Json *value = take(path);
  if (!value)
    return std::nullopt;
  bool fits = value->is_number_integer() &&
              (!value->is_number_unsigned() ||
               value->get<uint64_t>() <= uint64_t(INT64_MAX));
  if (fits)
    return value->get<int64_t>();
  refuseType(path, *value, "an integer");
  return std::nullopt;
}

std::optional<bool> Config::flag(llvm::StringRef path) {
  const Json *value = take(path);
  if (!value)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>();
  refuseType(path, *value, "true or false");
  return std::nullopt;
}

std::optional<std::string> Config::text(llvm::StringRef path) {
  const Json *value = take(path);
  if (!value)
    return std::nullopt;
  if (value->is_string())
    return value->get<std::string>();
  refuseType(path, *value, "a text");
  return std::nullopt;
}

std::vector<std::string> Config::keysOf(llvm::StringRef path) {
  std::vector<std::string> keys;
  const Json *object = find(path);
  if (!object)
    return keys;
  used.insert(path);
  if (object->is_null())
    return keys;
  if (!object->is_object())
    refuseType(path, *object, "an object");
  else
    for (const auto &[name, value] : object->items())
      keys.push_back(name);
  return keys;
}

//===----------------------------------------------------------------------===//
// What nobody took
//===----------------------------------------------------------------------===//

static const KnownKey *findKnown(llvm::ArrayRef<KnownKey> known,
                                 const std::string &path) {
  for (const KnownKey &key : known)
    if (path == key.path)
      return &key;
  return nullptr;
}

/// Whether some key lies below the path.
static bool isAbove(llvm::ArrayRef<KnownKey> known,
                    const llvm::StringSet<> &used, const std::string &path) {
  std::string prefix = path + ".";
  return llvm::any_of(known,
                      [&](const KnownKey &key) {
                        return llvm::StringRef(key.path).starts_with(prefix);
                      }) ||
         llvm::any_of(used, [&](const auto &entry) {
           return entry.getKey().starts_with(prefix);
         });
}

/// A feature that is switched off loses nothing.
static bool isOff(const Json &value) {
  if (!value.is_object())
    return false;
  auto enabled = value.find("enabled");
  return value.empty() || enabled == value.end() ||
         (enabled->is_boolean() && !enabled->get<bool>());
}

static bool isUsual(const KnownKey &key, const Json &value) {
  if (value.is_null() || value == "auto")
    return true;
  if (llvm::StringRef(key.usual) == "off")
    return isOff(value);
  if (!*key.usual)
    return false;
  return Json::parse(key.usual) == value;
}

void Config::reportUnknown(const std::string &path, const std::string &name,
                           const std::string &above,
                           llvm::ArrayRef<KnownKey> known) {
  // A file of nonsense is not worth a search for each of its names.
  if (++unknown > 50)
    return log.error("unknown key " + quote(path));
  std::string prefix = above.empty() ? "" : above + ".";
  std::vector<std::string> names;
  auto add = [&](llvm::StringRef candidate) {
    if (candidate.consume_front(prefix))
      names.push_back(candidate.split('.').first.str());
  };
  for (const KnownKey &key : known)
    add(key.path);
  for (const auto &entry : asked)
    add(entry.getKey());
  llvm::SmallVector<llvm::StringRef> candidates(names.begin(), names.end());
  std::string near = nearestName(name, candidates);
  log.error("unknown key " + quote(path) + " in a " + title + " configuration",
            near.empty() ? "" : "did you mean '" + prefix + near + "'?");
}

void Config::finishObject(const Json &object, const std::string &path,
                          llvm::ArrayRef<KnownKey> known) {
  for (const auto &[name, value] : object.items()) {
    std::string child = join(path, name);
    if (used.contains(child))
      continue;
    if (const KnownKey *key = findKnown(known, child)) {
      if (!isUsual(*key, value))
        log.lost(child, describe(value), key->reason);
      continue;
    }
    if (isAbove(known, used, child)) {
      if (value.is_object())
        finishObject(value, child, known);
      else if (!value.is_null())
        refuseType(child, value, "an object");
      continue;
    }
    reportUnknown(child, name, path, known);
  }
}

void Config::finish(llvm::ArrayRef<KnownKey> known) {
  finishObject(root, "", known);
}
