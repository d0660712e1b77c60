//===- InitialModel.cpp - starting from another model's weights -----------===//
//
// The names of a state dict vary: with or without the prefix of the class
// around the model, with or without buffers that are no parameters, with or
// without the second name of a tied tensor.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Train/Model/Parameters.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

using namespace dsc;

static constexpr std::string_view kPrefix = "transformer.";

static std::string bare(std::string_view name) {
  if (name.substr(0, kPrefix.size()) == kPrefix)
    name.remove_prefix(kPrefix.size());
  return std::string(name);
}

static bool endsIn(std::string_view name, std::string_view end) {
  return name.size() >= end.size() &&
         name.substr(name.size() - end.size()) == end;
}

/// Tensors that a state dict may hold beside its parameters.
static bool isKnownBuffer(std::string_view name) {
  return endsIn(name, ".attn.bias") || endsIn(name, ".attn.masked_bias") ||
         endsIn(name, "rotary_emb.inv_freq") || endsIn(name, "position_ids") ||
         name == "lm_head.weight";
}

/// The files that hold a directory's model.
static std::vector<std::string> modelFiles(const std::string &directory) {
  std::string single = directory + "/model.safetensors";
  std::string index = directory + "/model.safetensors.index.json";
  if (pathExists(single))
    return {single};
  if (!pathExists(index))
    throw Error(Exit::refused, "'" + directory + "' holds no model.safetensors",
                "a checkpoint is a directory with config.json and "
                "model.safetensors");
  std::map<std::string, bool> names;
  try {
    auto json = nlohmann::json::parse(readFile(index));
    for (const auto &[tensor, file] : json.at("weight_map").items())
      names[nameOf(file.get<std::string>())] = true;
  } catch (const nlohmann::json::exception &) {
    throw Error(Exit::refused, "'" + index + "' is damaged");
  }
  std::vector<std::string> files;
  for (const auto &[name, used] : names)
    files.push_back(directory + "/" + name);
  return files;
}

/// "a, b, c and 7 more".
static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < 5; ++i)
    text += (i ? ", '" : "'") + names[i] + "'";
  if (names.size() > 5)
    text += " and " + std::to_string(names.size() - 5) + " more";
  return text;
}

/// Weights of the right shapes may still belong to another model: the same
/// width in other heads, another activation.
static void compareConfig(const plan::Plan &plan,
                          const std::string &directory) {
  std::string path = directory + "/config.json";
  if (!pathExists(path))
    throw Error(Exit::refused, "'" + directory + "' holds no config.json",
                "a checkpoint is a directory with config.json and "
                "model.safetensors");
  auto theirs = nlohmann::json::parse(readFile(path), nullptr, false);
  if (theirs.is_discarded() || !theirs.is_object())
    throw Error(Exit::refused, "'" + path + "' is damaged");
  auto ours = nlohmann::json::parse(plan.model()->config()->string_view());
  for (const char *key :
       {"model_type", "n_layer", "n_head", "n_embd", "activation_function",
        "layer_norm_epsilon", "tie_word_embeddings", "hidden", "activation"})
    if (ours.contains(key) && theirs.contains(key) && ours[key] != theirs[key])
      throw Error(Exit::refused,
                  "'" + path + "' has " + key + " " + theirs[key].dump() +
                      ", the recipe's model has " + ours[key].dump(),
                  "make [model] the one that the checkpoint is of");
}

void Parameters::readDirectory(const std::string &directory) {
  compareConfig(plan, directory);
  std::vector<std::unique_ptr<SafetensorsFile>> owned;
  std::vector<const SafetensorsFile *> files;
  try {
    for (const std::string &path : modelFiles(directory)) {
      owned.push_back(std::make_unique<SafetensorsFile>(path));
      files.push_back(owned.back().get());
    }
  } catch (const Error &error) {
    throw Error(Exit::refused, error.what(), error.hint());
  }
  readShards(files, directory);
}

void Parameters::readShards(const std::vector<const SafetensorsFile *> &files,
                            const std::string &where) {
  std::map<std::string, std::pair<const SafetensorsFile *, const Tensor *>> all;
  for (const SafetensorsFile *file : files)
    for (const Tensor &tensor : file->tensors())
      all[bare(tensor.name)] = {file, &tensor};
  std::vector<std::string> missing, left;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    auto found = all.find(bare(parameter->name()->string_view()));
    if (found == all.end()) {
      missing.push_back(parameter->name()->str());
      continue;
    }
    read(*parameter, *found->second.first, *found->second.second);
    all.erase(found);
  }
  for (const auto &[name, entry] : all)
    if (!isKnownBuffer(name))
      left.push_back(entry.second->name);
  if (!missing.empty())
    throw Error(Exit::refused, "'" + where + "' lacks " + listed(missing),
                "its model must be the recipe's");
  if (!left.empty())
    throw Error(Exit::refused,
                "'" + where + "' holds " + listed(left) +
                    ", which the recipe's model does not have",
                "its model must be the recipe's");
}
