//===- Safetensors.cpp ----------------------------------------------------===//

#include "runtime/Train/Checkpoint/Safetensors.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

using namespace dsc;
using Json = nlohmann::json;

static constexpr uint64_t kLongestHeader = 100'000'000;

static const std::pair<const char *, plan::DType> kTypes[] = {
    {"F32", plan::DType::f32},   {"F64", plan::DType::f64},
    {"BF16", plan::DType::bf16}, {"F16", plan::DType::f16},
    {"I64", plan::DType::i64},   {"I32", plan::DType::i32},
    {"BOOL", plan::DType::i1}};

int64_t Tensor::elements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

std::string Tensor::shapeText() const { return fmt::format("{}", shape); }

SafetensorsFile::SafetensorsFile(const std::string &path)
    : filePath(path), file(path) {
  uint64_t length = 0;
  if (file.size() >= 8)
    std::memcpy(&length, file.data(), 8);
  if (file.size() < 8 || length > kLongestHeader || length > file.size() - 8)
    throw Error(Exit::refused,
                "'" + path + "' is not a whole safetensors file");
  start = 8 + length;
  std::string_view header(reinterpret_cast<const char *>(file.data()) + 8,
                          length);
  try {
    readHeader(header);
  } catch (const Json::exception &) {
    throw Error(Exit::refused, "the header of '" + path + "' is damaged");
  }
}

/// Deep nesting would overflow the parser's stack; a header needs three levels.
static bool nestsDeeply(std::string_view text) {
  int depth = 0, deepest = 0;
  for (char c : text) {
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    deepest = std::max(deepest, depth);
  }
  return deepest > 16;
}

void SafetensorsFile::readHeader(std::string_view text) {
  auto refuse = [&](const std::string &what) {
    throw Error(Exit::refused, "'" + filePath + "': " + what);
  };
  if (nestsDeeply(text))
    refuse("its header is damaged");
  uint64_t bytes = file.size() - start;
  Json header = Json::parse(text);
  for (const auto &[name, entry] : header.items()) {
    if (name == "__metadata__")
      continue;
    Tensor tensor;
    tensor.name = name;
    std::string type = entry.at("dtype").get<std::string>();
    auto known = std::find_if(std::begin(kTypes), std::end(kTypes),
                              [&](auto &pair) { return type == pair.first; });
    if (known == std::end(kTypes))
      continue; // some type that no model of ours has
    tensor.dtype = known->second;
    uint64_t size = elementBytes(tensor.dtype);
    if (!entry.at("shape").is_array())
      refuse("tensor '" + name + "' has no shape");
    for (const Json &extent : entry.at("shape")) {
      int64_t value = extent.get<int64_t>();
      if (value < 0 || (value > 0 && size > bytes / uint64_t(value)))
        refuse("tensor '" + name + "' has an impossible shape");
      tensor.shape.push_back(value);
      size *= uint64_t(value);
    }
    tensor.begin = entry.at("data_offsets").at(0).get<uint64_t>();
    tensor.end = entry.at("data_offsets").at(1).get<uint64_t>();
    if (tensor.begin > tensor.end || tensor.end > bytes ||
        tensor.end - tensor.begin != size)
      refuse("tensor '" + name + "' does not lie in the file");
    list.push_back(std::move(tensor));
  }
}

const Tensor *SafetensorsFile::find(const std::string &name) const {
  auto it = std::lower_bound(list.begin(), list.end(), name,
                             [](const Tensor &tensor, const std::string &key) {
                               return tensor.name <
                                      key; // nlohmann's objects are sorted
                             });
  return it != list.end() && it->name == name ? &*it : nullptr;
}

static const char *typeName(plan::DType type) {
  for (auto &[name, value] : kTypes)
    if (value == type)
      return name;
  return "?";
}

SafetensorsWriter::SafetensorsWriter(const std::string &path,
                                     const std::vector<Tensor> &tensors)
    : file(path, OutputFile::Mode::create) {
  nlohmann::ordered_json header;
  header["__metadata__"] = {{"format", "pt"}};
  for (const Tensor &tensor : tensors) {
    uint64_t end = expected + tensor.elements() * elementBytes(tensor.dtype);
    header[tensor.name] = {{"dtype", typeName(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"data_offsets", {expected, end}}};
    expected = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  uint64_t length = text.size();
  expected += 8 + length;
  append(&length, 8);
  append(text.data(), length);
}

void SafetensorsWriter::append(const void *data, uint64_t bytes) {
  file.write(data, bytes);
  hash.update(data, bytes);
}

FileRecord SafetensorsWriter::finish() {
  if (file.size() != expected)
    throw Error(Exit::internal, "a safetensors file got other tensors than "
                                "its header says");
  file.sync();
  return {file.size(), hex(hash.finish())};
}
