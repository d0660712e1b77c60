//===- Inspect.cpp - dsc inspect: what a training binary holds ------------===//
//
// Loads nothing of the binary: all is read from its bytes once they are
// verified.
//
//===----------------------------------------------------------------------===//

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Types.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Launch/Commands/Commands.h"
#include "runtime/Launch/Commands/InspectRanks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

using namespace dsc;
using Json = nlohmann::ordered_json;

/// Bytes of machine code of `name` by ISA level.
static Json codeSizes(const std::string &name,
                      const std::vector<ElfFunction> &functions) {
  Json sizes = Json::object();
  for (const char *level : kCpuIsaLevels)
    for (const ElfFunction &function : functions)
      if (function.name == name + "__" + level)
        sizes[level] = function.bytes;
  return sizes;
}

/// What the device's assembler says of `name`, by target and level.
static Json deviceFigures(const std::string &name, const Artifact &artifact) {
  Json figures = Json::object();
  if (!artifact.images())
    return figures;
  for (const images::Image *image : *artifact.images()->images())
    if (const images::Kernel *kernel = findKernel(*image, name);
        kernel && kernel->registers() >= 0)
      figures[image->target()->str()][image->level()->str()] = {
          {"registers", kernel->registers()},
          {"shared_bytes", kernel->shared_bytes()},
          {"local_bytes", kernel->local_bytes()},
          {"spill_bytes", kernel->spill_bytes()}};
  return figures;
}

static Json imagesJson(const Artifact &artifact) {
  Json images = Json::array();
  if (!artifact.images())
    return images;
  for (const images::Image *image : *artifact.images()->images())
    images.push_back({{"target", image->target()->str()},
                      {"level", image->level()->str()},
                      {"form", images::EnumNameForm(image->form())},
                      {"bytes", image->code()->size()}});
  return images;
}

static Json kernelsJson(const Artifact &artifact) {
  const plan::Plan &plan = artifact.plan();
  std::vector<ElfFunction> functions = artifact.functions();
  Json kernels = Json::array();
  for (const plan::Kernel *kernel : *plan.kernels()) {
    Json stages = Json::array(), operands = Json::array();
    if (kernel->stages())
      for (const auto *stage : *kernel->stages())
        stages.push_back(stage->str());
    for (int32_t index : *kernel->operands())
      operands.push_back(plan.buffers()->Get(index)->name()->str());
    kernels.push_back(
        {{"name", kernel->name()->str()},
         {"kind", plan::EnumNameKernelKind(kernel->kind())},
         {"stages", stages},
         {"buffers", operands},
         {"bytes_per_element", kernel->bytes_per_element()},
         {"code_bytes", codeSizes(kernel->name()->str(), functions)},
         {"devices", deviceFigures(kernel->name()->str(), artifact)}});
  }
  kernels.push_back({{"name", kTracksSymbol},
                     {"kind", "schedule"},
                     {"code_bytes", codeSizes(kTracksSymbol, functions)},
                     {"devices", deviceFigures(kTracksSymbol, artifact)}});
  return kernels;
}

static Json parametersJson(const plan::Plan &plan) {
  Json parameters = Json::array();
  for (const plan::Parameter *parameter : *plan.parameters()) {
    std::string group =
        parameter->frozen()
            ? "frozen"
            : plan.groups()->Get(parameter->group())->name()->str();
    std::vector<int64_t> shape(parameter->shape()->begin(),
                               parameter->shape()->end());
    parameters.push_back({{"name", parameter->name()->str()},
                          {"shape", shape},
                          {"role", parameter->role()->str()},
                          {"group", group},
                          {"offset", parameter->offset()},
                          {"size", parameter->size()}});
  }
  return parameters;
}

static Json dataJson(const plan::Plan &plan) {
  Json sources = Json::array();
  for (const plan::Source *source : *plan.data()->sources()) {
    Json files = Json::array();
    for (const plan::File *file : *source->files())
      files.push_back({{"path", file->path()->str()},
                       {"bytes", file->bytes()},
                       {"sha256", file->sha256()->str()}});
    sources.push_back({{"name", source->name()->str()},
                       {"kind", plan::EnumNameSourceKind(source->kind())},
                       {"path", source->path()->str()},
                       {"training_samples", source->training_samples()},
                       {"heldout_samples", source->heldout_samples()},
                       {"files", files}});
  }
  return {{"tokenizer", plan.data()->tokenizer()->str()},
          {"vocabulary", plan.data()->vocabulary()},
          {"sequence", plan.data()->sequence()},
          {"sources", sources}};
}

static Json layoutJson(const plan::Plan &plan) {
  Json buffers = Json::array(), groups = Json::array();
  for (const plan::Buffer *buffer : *plan.buffers())
    buffers.push_back(
        {{"name", buffer->name()->str()},
         {"type", plan::EnumNameDType(buffer->dtype())},
         {"extent", plan::EnumNameExtent(buffer->extent())},
         {"count", buffer->count()},
         {"bytes", buffer->count() * elementBytes(buffer->dtype())},
         {"saved", buffer->saved()}});
  for (const plan::Group *group : *plan.groups())
    groups.push_back({{"name", group->name()->str()},
                      {"begin", group->begin()},
                      {"end", group->end()},
                      {"lr_scale", group->lr_scale()}});
  return {{"groups", groups}, {"buffers", buffers}};
}

static Json phasesJson(const plan::Plan &plan) {
  Json phases = Json::array();
  for (const plan::Phase *phase : *plan.phases())
    phases.push_back({{"name", phase->name()->str()},
                      {"kind", phase->kind()->str()},
                      {"begin", phase->begin()},
                      {"end", phase->end()}});
  return phases;
}

static Json describe(const Artifact &artifact, std::optional<int64_t> ranks) {
  const plan::Plan &plan = artifact.plan();
  const plan::Fingerprint &print = *plan.fingerprint();
  return {
      {"name", plan.name()->str()},
      {"format", plan.format()},
      {"compiler", plan.compiler()->str()},
      {"sha256", artifact.hash()},
      {"payload_bytes", artifact.payload().size()},
      {"fingerprint",
       {{"recipe", print.recipe()->str()},
        {"model", print.model()->str()},
        {"data", print.data()->str()},
        {"schedule", print.schedule()->str()},
        {"optimizer", print.optimizer()->str()},
        {"batch", print.batch()->str()}}},
      {"model",
       {{"kind", plan.model()->kind()->str()},
        {"context", plan.model()->context()},
        {"flops_per_token", plan.model()->flops_per_token()}}},
      {"training",
       {{"steps", plan.training()->steps()},
        {"batch", plan.training()->batch()},
        {"micro_batch", plan.training()->micro_batch()},
        {"seed", plan.training()->seed()},
        {"precision", plan::EnumNamePrecision(plan.training()->precision())}}},
      {"phases", phasesJson(plan)},
      {"kernels", kernelsJson(artifact)},
      {"images", imagesJson(artifact)},
      {"parameters", parametersJson(plan)},
      {"layout", layoutJson(plan)},
      {"ranks", describeRanks(plan, ranks)},
      {"data", dataJson(plan)},
      {"recipe", artifact.recipe()}};
}

/// A list as "a, b", named figures as "name 1, other 2".
static std::string textOf(const Json &value) {
  if (value.is_string())
    return value.get<std::string>();
  if (!value.is_structured())
    return value.dump();
  std::string text;
  for (const auto &[name, item] : value.items())
    text += (text.empty() ? "" : ", ") +
            (value.is_object() ? name + " " : std::string()) + textOf(item);
  return text;
}

static void printTable(const char *title, const Json &rows,
                       const std::vector<const char *> &columns) {
  fmt::print("\n{}\n", title);
  std::vector<size_t> widths;
  for (const char *column : columns) {
    size_t width = std::string_view(column).size();
    for (const Json &row : rows)
      if (row.contains(column))
        width = std::max(width, textOf(row.at(column)).size());
    widths.push_back(width);
  }
  for (int line = -1; line < int(rows.size()); ++line) {
    std::string text;
    for (size_t i = 0; i < columns.size(); ++i)
      text += fmt::format("  {:<{}}",
                          line < 0 ? columns[i]
                          : rows[line].contains(columns[i])
                              ? textOf(rows[line].at(columns[i]))
                              : "",
                          widths[i]);
    fmt::print("{}\n", text.substr(0, text.find_last_not_of(' ') + 1));
  }
}

/// A row for each kernel and level of a device.
static void printImages(const Json &all) {
  if (all["images"].empty())
    return;
  printTable("device code", all["images"],
             {"target", "level", "form", "bytes"});
  Json rows = Json::array();
  for (const Json &kernel : all["kernels"])
    for (const auto &[target, levels] : kernel["devices"].items())
      for (const auto &[level, figures] : levels.items()) {
        Json row = figures;
        row["kernel"] = kernel["name"];
        row["level"] = level;
        if (kernel.contains("bytes_per_element"))
          row["bytes_per_parameter"] = kernel["bytes_per_element"];
        rows.push_back(row);
      }
  if (!rows.empty())
    printTable("device kernels", rows,
               {"kernel", "level", "registers", "shared_bytes", "local_bytes",
                "spill_bytes", "bytes_per_parameter"});
}

/// "0-4096, none" of whose part of a bucket is which, in the order of the
/// ranks.
static std::string partsText(const Json &parts) {
  std::vector<std::string> texts;
  for (const Json &part : parts)
    texts.push_back(part[0] == part[1] ? "none"
                                       : part[0].dump() + "-" + part[1].dump());
  return fmt::format("{}", fmt::join(texts, ", "));
}

static void printRanks(const Json &ranks) {
  fmt::print("\nranks: {} along data; {}\n", textOf(ranks["mesh"]["data"]),
             textOf(ranks["placements"]));
  Json rows = ranks["buckets"];
  for (Json &row : rows)
    if (row.contains("parts"))
      row["parts"] = partsText(row["parts"]);
  printTable(
      "buckets", rows,
      {"begin", "end", "elements", "group", "ready_after", "read_by", "parts"});
}

static void printText(const Artifact &artifact, const Json &all) {
  int64_t elements = 0, bytes = 0;
  for (const Json &parameter : all["parameters"])
    elements += parameter["size"].get<int64_t>();
  for (const Json &buffer : all["layout"]["buffers"])
    bytes += buffer["bytes"].get<int64_t>();
  fmt::print("{}: a training binary of dsc {}, format {}\n", artifact.path(),
             textOf(all["compiler"]), all["format"].dump());
  fmt::print("  name       {}\n  sha256     {}\n  payload    {}\n",
             textOf(all["name"]), textOf(all["sha256"]),
             humanBytes(double(artifact.payload().size())));
  fmt::print("  model      {}, {} parameters, {} of buffers\n",
             textOf(all["model"]["kind"]), elements, humanBytes(double(bytes)));
  for (const auto &[part, hash] : all["fingerprint"].items())
    fmt::print("  {:<10} {}\n", part, textOf(hash));
  printTable("phases", all["phases"], {"name", "kind", "begin", "end"});
  printTable("kernels", all["kernels"],
             {"name", "kind", "code_bytes", "bytes_per_element", "stages"});
  printImages(all);
  printTable("groups", all["layout"]["groups"],
             {"name", "begin", "end", "lr_scale"});
  printTable("parameters", all["parameters"],
             {"name", "shape", "role", "group", "offset", "size"});
  printTable("buffers", all["layout"]["buffers"],
             {"name", "type", "extent", "count", "bytes", "saved"});
  printRanks(all["ranks"]);
  fmt::print("\ndata (tokenizer '{}', sequence {})\n",
             textOf(all["data"]["tokenizer"]), all["data"]["sequence"].dump());
  for (const Json &source : all["data"]["sources"]) {
    fmt::print("  {} ({}): {}\n", textOf(source["name"]),
               textOf(source["kind"]), textOf(source["path"]));
    for (const Json &file : source["files"])
      fmt::print("    {}  {} bytes  {}\n", textOf(file["path"]),
                 file["bytes"].dump(), textOf(file["sha256"]));
  }
  fmt::print("\nrecipe, resolved\n\n{}\n", artifact.recipe());
}

Exit dsc::runInspect(const InspectCommand &command) {
  Artifact artifact(command.binary);
  Json all = describe(artifact, command.ranks);
  if (command.json)
    fmt::print("{}\n", all.dump(1, ' ', false, Json::error_handler_t::replace));
  else
    printText(artifact, all);
  return Exit::done;
}
