//===- Json.cpp - reading another tool's configuration --------------------===//

#include "compiler/Import/Json.h"

#include "compiler/Recipe/Toml.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"

using namespace dsc;
using namespace dsc::importing;

/// How deep brackets nest, outside of strings.
static unsigned depthOf(llvm::StringRef text) {
  unsigned depth = 0, most = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '{' || c == '[') {
      most = std::max(most, ++depth);
    } else if (c == '}' || c == ']') {
      depth -= depth ? 1 : 0;
    }
  }
  return most;
}

/// What a text that is no JSON may be instead, as a remedy.
static std::string guessFormat(llvm::StringRef text) {
  llvm::StringRef body = text.trim();
  bool base64 =
      body.size() >= 8 && llvm::all_of(body, [](char c) {
        return llvm::isAlnum(c) || llvm::StringRef("+/=_-\r\n").contains(c);
      });
  if (base64)
    return "this looks like base64, which DeepSpeed's command line takes: "
           "decode it first with base64 -d";
  if (body.starts_with("[") && body.contains("="))
    return "this looks like TOML; dsc import reads JSON";
  return "DeepSpeed also reads HJSON (comments, names without quotes): turn it "
         "into JSON first";
}

/// nlohmann's text begins with an identifier of its own, and repeats what stood
/// last in the file, which may be a secret.
static std::string plainReason(llvm::StringRef what) {
  llvm::StringRef reason = what.contains("] ") ? what.split("] ").second : what;
  return reason.split("; last read: ").first.take_front(200).str();
}

static bool isLegalText(llvm::StringRef text) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  auto *end = reinterpret_cast<const llvm::UTF8 *>(text.end());
  return !text.contains('\0') && llvm::isLegalUTF8String(&begin, end);
}

namespace {
/// Finds keys that stand twice in one object while the parser runs.
class DuplicateFinder {
public:
  bool operator()(int, Json::parse_event_t event, Json &value) {
    if (event == Json::parse_event_t::object_start)
      open.emplace_back();
    else if (event == Json::parse_event_t::object_end)
      open.pop_back();
    else if (event == Json::parse_event_t::key && !open.empty() &&
             !open.back().insert(value.get_ref<const std::string &>()).second)
      repeated = value.get<std::string>();
    return true;
  }

  std::optional<std::string> repeated;

private:
  std::vector<llvm::StringSet<>> open;
};
} // namespace

std::optional<Json> importing::parseJson(llvm::StringRef text, Log &log) {
  (void)text.consume_front("\xef\xbb\xbf");
  if (!isLegalText(text)) {
    log.error("this is not a UTF-8 text, expected JSON");
    return std::nullopt;
  }
  if (depthOf(text) > maxJsonDepth) {
    log.error("values nest deeper than " + llvm::Twine(maxJsonDepth) +
              " levels");
    return std::nullopt;
  }
  Json root;
  DuplicateFinder finder;
  try {
    root = Json::parse(text.begin(), text.end(), std::ref(finder));
  } catch (const Json::exception &error) {
    log.error("this is not JSON: " + plainReason(error.what()),
              guessFormat(text));
    return std::nullopt;
  }
  if (finder.repeated) {
    log.error("key " + describeName(*finder.repeated) +
                  " stands twice in one object, as DeepSpeed refuses too",
              "keep one of them");
    return std::nullopt;
  }
  if (!root.is_object()) {
    log.error("this is " + describe(root) + ", expected an object",
              "a configuration begins with {");
    return std::nullopt;
  }
  return root;
}

std::optional<Json> importing::readJsonFile(const std::string &file, Log &log) {
  std::string reason;
  std::optional<std::string> text = readRegularFile(
      file, "a ds_config.json, or TrainingArguments as JSON", reason);
  if (!text) {
    log.error(reason);
    return std::nullopt;
  }
  return parseJson(*text, log);
}

std::string importing::describe(const Json &value) {
  if (value.is_string())
    return quoteText(
        llvm::StringRef(value.get_ref<const std::string &>()).take_front(60));
  if (value.is_object())
    return value.empty() ? "{}" : "{...}";
  std::string text = value.dump();
  return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

static bool isSecret(llvm::StringRef path) {
  std::string name = path.rsplit('.').second.lower();
  if (name.empty())
    name = path.lower();
  for (llvm::StringRef word : {"token", "key", "password", "secret"})
    if (llvm::StringRef(name).contains(word))
      return true;
  return false;
}

std::string importing::describeAt(llvm::StringRef path, const Json &value) {
  bool isPlain = value.is_boolean() || value.is_null();
  return !isPlain && isSecret(path) ? "(not shown)" : describe(value);
}

const Json *importing::findPath(const Json &root, llvm::StringRef path) {
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
