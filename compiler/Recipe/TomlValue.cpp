//===- TomlValue.cpp - values in messages, and files ----------------------===//

#include "compiler/Recipe/Toml.h"
#include "compiler/Recipe/TomlLimits.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;

namespace dsc {

const TomlValue *TomlValue::find(StringRef key) const {
  for (const Member &member : members)
    if (member.first == key)
      return &member.second;
  return nullptr;
}

TomlValue *TomlValue::find(StringRef key) {
  return const_cast<TomlValue *>(std::as_const(*this).find(key));
}

std::string formatNumber(double number) {
  if (std::isnan(number))
    return "nan";
  if (std::isinf(number))
    return number < 0 ? "-inf" : "inf";
  char buffer[32];
  char *end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  std::string result(buffer, end);
  if (result.find_first_of(".e") == std::string::npos)
    result += ".0";
  return result;
}

std::string quoteText(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    switch (c) {
    case '"':
    case '\\':
      result += {'\\', c};
      break;
    case '\n':
      result += "\\n";
      break;
    case '\t':
      result += "\\t";
      break;
    case '\r':
      result += "\\r";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        result += "\\u00" + llvm::toHex(StringRef(&c, 1));
      else
        result += c;
    }
  }
  return result + "\"";
}

/// Cuts a long text at a whole code point.
static std::string cut(StringRef text, size_t limit) {
  if (text.size() <= limit)
    return text.str();
  while (limit && (text[limit] & 0xc0) == 0x80)
    --limit;
  return (text.take_front(limit) + "...").str();
}

std::string describeName(StringRef name) {
  std::string quoted = quoteText(cut(name, 60));
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

std::string describeValue(const TomlValue &value) {
  switch (value.kind) {
  case TomlValue::Kind::text:
    return quoteText(cut(value.text, 60));
  case TomlValue::Kind::integer:
    return std::to_string(value.integer);
  case TomlValue::Kind::number:
    return formatNumber(value.number);
  case TomlValue::Kind::boolean:
    return value.boolean ? "true" : "false";
  case TomlValue::Kind::array:
    return value.items.empty() ? "an empty array" : "an array";
  case TomlValue::Kind::table:
    return "a table";
  }
  llvm_unreachable("a kind without words");
}

LocationAttr getFilePlace(MLIRContext &context, StringRef file) {
  return FileLineColRange::get(&context, file, 0, 0);
}

/// Why a file that was opened is not one to read; "" when it is.
static std::string refuse(const struct stat &status, StringRef expected) {
  if (S_ISDIR(status.st_mode))
    return ("this is a directory, expected " + expected).str();
  if (!S_ISREG(status.st_mode))
    return ("this is not a regular file, expected " + expected).str();
  return "";
}

std::optional<std::string> readRegularFile(StringRef file, StringRef expected,
                                           std::string &reason) {
  auto fail = [&](std::string why) -> std::optional<std::string> {
    reason = std::move(why);
    return std::nullopt;
  };
  auto failToRead = [&] {
    return fail(std::string("cannot read this file: ") + std::strerror(errno));
  };
  if (file.contains('\0'))
    return fail("a path holds no zero byte");
  // Without O_NONBLOCK, opening a FIFO would wait for its other end.
  int descriptor = open(file.str().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0)
    return failToRead();
  llvm::scope_exit closer([&] { close(descriptor); });
  struct stat status;
  if (fstat(descriptor, &status) != 0)
    return failToRead();
  if (std::string refusal = refuse(status, expected); !refusal.empty())
    return fail(refusal);
  char beginning[4] = {};
  if (pread(descriptor, beginning, 4, 0) == 4 && StringRef(beginning, 4) ==
                                                     "\x7f"
                                                     "ELF")
    return fail("this is a program, expected " + expected.str());
  if (static_cast<size_t>(status.st_size) > maxRecipeBytes)
    return fail("this file has " + std::to_string(status.st_size) +
                " bytes, expected at most 1 MiB");
  std::string text(maxRecipeBytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    ssize_t count = read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return failToRead();
    if (count == 0)
      break;
    size += count;
  }
  text.resize(size);
  return text;
}

std::optional<std::string> readRecipeFile(MLIRContext &context, StringRef file,
                                          LocationAttr asker) {
  std::string reason;
  std::optional<std::string> text =
      readRegularFile(file, "a recipe file", reason);
  if (text)
    return text;
  if (asker)
    emitError(asker) << describeName(file) << ": " << reason;
  else
    emitError(getFilePlace(context, file), reason);
  return std::nullopt;
}

} // namespace dsc
