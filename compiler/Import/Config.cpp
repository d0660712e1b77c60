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

/// Of a long path the end: it is the name that is at fault.
std::string Config::quote(llvm::StringRef path) const {
  constexpr size_t most = 57;
  if (path.size() <= most)
    return describeName(path);
  llvm::StringRef end = path.take_back(most).split('.').second;
  return end.empty() ? describeName(path) : describeName("..." + end.str());
}

bool Config::isNull(llvm::StringRef path) const {
  const Json *value = findPath(root, path);
  return value && value->is_null();
}

bool Config::isAuto(llvm::StringRef path) const {
  const Json *value = findPath(root, path);
  return value && *value == "auto";
}

bool Config::isOpen(llvm::StringRef path) const {
  auto fill = fills.find(path);
  return isAuto(path) && !(fill != fills.end() && fill->second.value);
}

const Json *Config::resolve(llvm::StringRef path, const Json &value) {
  auto fill = fills.find(path);
  if (value != "auto") {
    if (fill != fills.end())
      checkAgreement(path, value, fill->second);
    return &value;
  }
  return fill != fills.end() && fill->second.value ? &*fill->second.value
                                                   : nullptr;
}

const Json *Config::take(llvm::StringRef path) {
  asked.insert(path);
  const Json *value = findPath(root, path);
  if (!value)
    return nullptr;
  used.insert(path);
  if (value->is_null())
    return nullptr;
  const Json *resolved = resolve(path, *value);
  if (resolved || !reported.insert(path).second)
    return resolved;
  Fill fill = fills.lookup(path);
  std::string remedy = fill.remedy.empty() ? fill.option : fill.remedy;
  log.error(quote(path) + " is \"auto\", and nothing says what it stands for",
            "give " + (remedy.empty() ? "--auto " + path + "=VALUE"
                                      : llvm::Twine(remedy)));
  return nullptr;
}

bool Config::hasTyped(llvm::StringRef path, const llvm::Twine &types) {
  const Json *value = findPath(root, path);
  if (!value)
    return false;
  std::string type = (path + ".type").str();
  if (value->is_object() && has(type) && !isNull(type))
    return true;
  ignore(path);
  if (value->is_object())
    log.error(quote(path) + " has no 'type', without which DeepSpeed passes it "
                            "over",
              "the types are " + types);
  else
    refuseType(path, *value, "an object with 'type' and 'params'");
  return false;
}

void Config::checkAgreement(llvm::StringRef path, const Json &value,
                            const Fill &fill) {
  if (fill.mustAgree && fill.value && *fill.value != value)
    log.error(quote(path) + " is " + describeAt(path, value) + ", but " +
                  fill.option + " says " + describeAt(path, *fill.value),
              "options fill what is \"auto\"");
}

void Config::refuseType(llvm::StringRef path, const Json &value,
                        const llvm::Twine &expected) {
  log.error(quote(path) + " is " + describeAt(path, value) + ", expected " +
            expected);
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
  const Json *object = findPath(root, path);
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

/// A feature that is switched off loses nothing, if it says no more than that.
static bool isOff(const Json &value) {
  if (!value.is_object())
    return value == false;
  return llvm::all_of(value.items(), [](const auto &item) {
    return item.key() == "enabled" && item.value() == false;
  });
}

bool importing::isOneOf(llvm::StringRef usual, const Json &value) {
  llvm::SmallVector<llvm::StringRef> choices;
  usual.split(choices, " or ", -1, /*KeepEmpty=*/false);
  return llvm::any_of(choices, [&](llvm::StringRef choice) {
    return Json::parse(choice.begin(), choice.end()) == value;
  });
}

static bool isUsual(const KnownKey &key, const Json *value) {
  if (!value || value->is_null())
    return true;
  if (llvm::StringRef(key.usual) == "off")
    return isOff(*value);
  return isOneOf(key.usual, *value);
}

void Config::reportUnknown(const std::string &path, const std::string &name,
                           const std::string &above, const std::string &place,
                           llvm::ArrayRef<KnownKey> known) {
  // A file of nonsense is not worth a search for each of its names.
  if (++unknown > 50)
    return log.error("unknown key " + quote(path));
  std::vector<std::string> names;
  auto add = [&](llvm::StringRef candidate, const std::string &table) {
    if (candidate.consume_front(join(table, "")))
      names.push_back(candidate.split('.').first.str());
  };
  for (const KnownKey &key : known)
    add(key.path, place);
  for (const auto &entry : asked)
    add(entry.getKey(), above);
  llvm::SmallVector<llvm::StringRef> candidates(names.begin(), names.end());
  std::string near = nearestName(name, candidates);
  log.error("unknown key " + quote(path) + " in a " + title + " configuration",
            near.empty() ? "take it out, if nothing reads it"
                         : "did you mean '" + join(above, near) + "'?");
}

/// A list is a table whose names are its places.
static std::vector<std::pair<std::string, const Json *>>
membersOf(const Json &table) {
  std::vector<std::pair<std::string, const Json *>> members;
  if (table.is_object())
    for (const auto &[name, value] : table.items())
      members.emplace_back(name, &value);
  else
    for (const Json &value : table)
      members.emplace_back(std::to_string(members.size()), &value);
  return members;
}

void Config::finishValue(const Json &value, const std::string &path,
                         const std::string &place,
                         llvm::ArrayRef<KnownKey> known) {
  bool isTable = isAbove(known, used, place) || isAbove(known, used, path);
  bool isList = isAbove(known, used, join(place, "*"));
  if (isTable && (value.is_object() || (isList && value.is_array())))
    return finishTable(value, path, place, known);
  if (const KnownKey *key = findKnown(known, place)) {
    const Json *resolved = resolve(path, value);
    if (!isUsual(*key, resolved))
      log.lost(path, describeAt(path, *resolved), key->reason);
  } else if (!value.is_null()) {
    refuseType(path, value, isList ? "an object or a list" : "an object");
  }
}

/// `place` is the path with "*" for names that the list of keys leaves open.
void Config::finishTable(const Json &table, const std::string &path,
                         const std::string &place,
                         llvm::ArrayRef<KnownKey> known) {
  auto isPlace = [&](const std::string &child) {
    return findKnown(known, child) || isAbove(known, used, child);
  };
  for (const auto &[name, value] : membersOf(table)) {
    std::string child = join(path, name), itsPlace = join(place, name);
    if (used.contains(child))
      continue;
    if (!isPlace(itsPlace) && isPlace(join(place, "*")))
      itsPlace = join(place, "*");
    if (isPlace(itsPlace) || isAbove(known, used, child))
      finishValue(*value, child, itsPlace, known);
    else
      reportUnknown(child, name, path, place, known);
  }
}

void Config::finish(llvm::ArrayRef<KnownKey> known) {
  finishTable(root, "", "", known);
}
