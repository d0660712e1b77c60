//===- Gpt2.cpp - GPT-2 as Hugging Face's GPT2LMHeadModel -----------------===//
//
// Names, shapes and orientation of the parameters are those of that class's
// state dict (Conv1D weights are [inputs, outputs]), so that a checkpoint opens
// there and computes the same logits. Activations stay flat, [B*L, width], but
// for attention. Architecture and initial values: Radford et al., "Language
// models are unsupervised multitask learners", 2019.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/Models/GraphBuilder.h"
#include "dialect/Dsc/Models/ModelChecks.h"

#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;
using namespace dsc;
using plan_ir::InitKind;
using plan_ir::Role;

static constexpr double kEpsilon = 1e-5;
static constexpr double kDeviation = 0.02;
static constexpr int64_t kWidening = 4; // of the MLP
static constexpr int64_t kGpt2Vocabulary = 50257;

namespace {
struct Sizes {
  int64_t layers, heads, width, context, vocabulary;
  bool tied;
};

/// Writes the graph of one model.
class Gpt2Graph {
public:
  Gpt2Graph(GraphBuilder &graph, const Sizes &sizes)
      : graph(graph), sizes(sizes), stream{Dim(1, 1, 1), Dim(sizes.width)} {}

  LogicalResult build();

private:
  void normParameters(const Twine &name, int64_t depth);
  void conv1dParameters(const Twine &name, int64_t inputs, int64_t outputs,
                        int64_t depth, double deviation);
  void parameters();
  Value embed(UnitBuilder &unit, Value tokens);
  Value block(UnitBuilder &unit, const std::string &name, Value x);
  Value attention(UnitBuilder &unit, const std::string &name, Value x);
  Value norm(UnitBuilder &unit, const std::string &name, Value x);
  Value conv1d(UnitBuilder &unit, const std::string &name, Value x);

  GraphBuilder &graph;
  Sizes sizes;
  Dim stream[2]; ///< shape between units
};
} // namespace

static std::string blockName(int64_t layer) {
  return "transformer.h." + std::to_string(layer);
}

//===----------------------------------------------------------------------===//
// Parameters, in the order of the state dict
//===----------------------------------------------------------------------===//

void Gpt2Graph::normParameters(const Twine &name, int64_t depth) {
  graph.parameter(name + ".weight", {sizes.width}, Role::norm, depth,
                  {InitKind::ones});
  graph.parameter(name + ".bias", {sizes.width}, Role::norm, depth,
                  {InitKind::zeros});
}

void Gpt2Graph::conv1dParameters(const Twine &name, int64_t inputs,
                                 int64_t outputs, int64_t depth,
                                 double deviation) {
  graph.parameter(name + ".weight", {inputs, outputs}, Role::weight, depth,
                  {InitKind::normal, deviation});
  graph.parameter(name + ".bias", {outputs}, Role::bias, depth,
                  {InitKind::zeros});
}

void Gpt2Graph::parameters() {
  int64_t width = sizes.width, wide = kWidening * width;
  double residual = kDeviation / std::sqrt(2.0 * sizes.layers);
  Initial normal{InitKind::normal, kDeviation};
  graph.parameter("transformer.wte.weight", {sizes.vocabulary, width},
                  Role::embedding, 0, normal);
  graph.parameter("transformer.wpe.weight", {sizes.context, width},
                  Role::embedding, 0, normal);
  for (int64_t layer = 0; layer < sizes.layers; ++layer) {
    std::string name = blockName(layer);
    int64_t depth = layer + 1;
    normParameters(name + ".ln_1", depth);
    conv1dParameters(name + ".attn.c_attn", width, 3 * width, depth,
                     kDeviation);
    conv1dParameters(name + ".attn.c_proj", width, width, depth, residual);
    normParameters(name + ".ln_2", depth);
    conv1dParameters(name + ".mlp.c_fc", width, wide, depth, kDeviation);
    conv1dParameters(name + ".mlp.c_proj", wide, width, depth, residual);
  }
  normParameters("transformer.ln_f", sizes.layers + 1);
  if (!sizes.tied)
    graph.parameter("lm_head.weight", {sizes.vocabulary, width}, Role::head,
                    sizes.layers + 1, normal);
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

Value Gpt2Graph::norm(UnitBuilder &unit, const std::string &name, Value x) {
  return unit.call("aten::layer_norm", {x,
                                        {Dim(sizes.width)},
                                        unit.use(name + ".weight"),
                                        unit.use(name + ".bias"),
                                        kEpsilon,
                                        false});
}

Value Gpt2Graph::conv1d(UnitBuilder &unit, const std::string &name, Value x) {
  return unit.call("aten::addmm",
                   {unit.use(name + ".bias"), x, unit.use(name + ".weight")});
}

Value Gpt2Graph::embed(UnitBuilder &unit, Value tokens) {
  Value token = unit.call("aten::embedding",
                          {unit.use("transformer.wte.weight"), tokens});
  Value place =
      unit.call("aten::slice.Tensor",
                {unit.use("transformer.wpe.weight"), 0, 0, Dim::length(), 1});
  return unit.call("aten::view", {unit.call("aten::add.Tensor", {token, place}),
                                  {stream[0], stream[1]}});
}

Value Gpt2Graph::attention(UnitBuilder &unit, const std::string &name,
                           Value x) {
  SmallVector<Value> parts =
      unit.callList("aten::split.Tensor",
                    {conv1d(unit, name + ".c_attn", x), sizes.width, 1});
  if (parts.size() != 3)
    return {};
  for (Value &part : parts) {
    part =
        unit.call("aten::view", {part,
                                 {Dim::batch(), Dim::length(), Dim(sizes.heads),
                                  Dim(sizes.width / sizes.heads)}});
    part = unit.call("aten::transpose.int", {part, 1, 2});
  }
  Value mixed = unit.call("aten::scaled_dot_product_attention",
                          {parts[0], parts[1], parts[2], std::nullopt, 0.0,
                           /*is_causal=*/true});
  mixed = unit.call("aten::transpose.int", {mixed, 1, 2});
  mixed = unit.call("aten::reshape", {mixed, {stream[0], stream[1]}});
  return conv1d(unit, name + ".c_proj", mixed);
}

Value Gpt2Graph::block(UnitBuilder &unit, const std::string &name, Value x) {
  Value mixed = attention(unit, name + ".attn", norm(unit, name + ".ln_1", x));
  x = unit.call("aten::add.Tensor", {x, mixed});
  Value wide = conv1d(unit, name + ".mlp.c_fc", norm(unit, name + ".ln_2", x));
  wide = unit.call("aten::gelu", {wide, "tanh"});
  return unit.call("aten::add.Tensor",
                   {x, conv1d(unit, name + ".mlp.c_proj", wide)});
}

LogicalResult Gpt2Graph::build() {
  Dim tokens[] = {Dim::batch(), Dim::length()};
  Value inputs = graph.input("inputs", graph.i64(), tokens);
  Value targets = graph.input("targets", graph.i64(), tokens);
  parameters();

  Value x = graph.unit("embed", inputs, [&](UnitBuilder &unit, ValueRange in) {
    return embed(unit, in[0]);
  });
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    x = graph.unit("block" + Twine(layer), x,
                   [&](UnitBuilder &unit, ValueRange in) {
                     return block(unit, blockName(layer), in[0]);
                   });
  StringRef output = sizes.tied ? "transformer.wte.weight" : "lm_head.weight";
  Value scores = graph.unit("head", x, [&](UnitBuilder &unit, ValueRange in) {
    return unit.call("aten::linear",
                     {norm(unit, "transformer.ln_f", in[0]), unit.use(output)});
  });
  Value loss = addLossUnit(graph, scores, targets, Dim(1, 1, 1));
  return graph.outputs(loss, scores);
}

//===----------------------------------------------------------------------===//
// The table [model]
//===----------------------------------------------------------------------===//

static int64_t vocabularyOf(Gpt2Op op, const ModelFacts &facts) {
  return op.getVocab() ? static_cast<int64_t>(*op.getVocab())
                       : facts.vocabulary;
}

static LogicalResult checkAgainstData(Gpt2Op op, const ModelFacts &facts) {
  if (facts.vocabulary <= 0)
    return emitKeyError(
        op, "kind", "'gpt2' reads tokens, but the data are rows of numbers");
  LogicalResult result = success();
  int64_t vocabulary = vocabularyOf(op, facts);
  if (vocabulary < facts.vocabulary)
    result = refuseKey(op, "vocab",
                       "vocab is " + Twine(vocabulary) +
                           ", but the tokenizer knows " +
                           Twine(facts.vocabulary) + " tokens",
                       "leave the key out to take the tokenizer's");
  int64_t context = static_cast<int64_t>(*op.getContextLength());
  if (context < facts.sequence)
    result = refuseKey(op, "context",
                       "context is " + Twine(context) + ", but samples have " +
                           Twine(facts.sequence) + " tokens",
                       "raise context, or set data.sequence to " +
                           Twine(context) + " or less");
  return result;
}

static LogicalResult checkSizes(Gpt2Op op, const ModelFacts &facts) {
  int64_t layers = *op.getLayers(), heads = *op.getHeads(),
          width = *op.getWidth(), context = *op.getContextLength();
  LogicalResult result = success();
  if (layers > kMostLayers)
    result = emitKeyError(op, "layers",
                          "layers is " + Twine(layers) + ", expected at most " +
                              Twine(kMostLayers));
  if (failed(checkElements(op, "width", width,
                           saturatingProduct(width, width, kWidening))))
    return failure(); // the products below would only repeat it
  if (width % heads != 0)
    result = reportIndivisible(op, width, heads);
  if (failed(checkElements(op, "context", context,
                           saturatingProduct(context, width))) ||
      failed(checkElements(op, "vocab", vocabularyOf(op, facts),
                           saturatingProduct(vocabularyOf(op, facts), width))))
    return failure();
  return result;
}

LogicalResult Gpt2Op::buildGraph(GraphBuilder &graph, const ModelFacts &facts) {
  if (failed(checkRequired(*this, {{"layers", getLayersAttr()},
                                   {"heads", getHeadsAttr()},
                                   {"width", getWidthAttr()},
                                   {"context", getContextLengthAttr()}})))
    return failure();
  LogicalResult dropout = checkDropout(*this, getDropout().value_or(0));
  LogicalResult sizes = checkSizes(*this, facts);
  LogicalResult data = checkAgainstData(*this, facts);
  if (failed(dropout) || failed(sizes) || failed(data))
    return failure();
  return Gpt2Graph(graph, {static_cast<int64_t>(*getLayers()),
                           static_cast<int64_t>(*getHeads()),
                           static_cast<int64_t>(*getWidth()),
                           static_cast<int64_t>(*getContextLength()),
                           vocabularyOf(*this, facts), getTie().value_or(true)})
      .build();
}

std::string Gpt2Op::getConfig(const ModelFacts &facts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::json::OStream json(os, 2);
  json.object([&] {
    json.attributeArray("architectures",
                        [&] { json.value("GPT2LMHeadModel"); });
    json.attribute("model_type", "gpt2");
    json.attribute("n_layer", *getLayers());
    json.attribute("n_head", *getHeads());
    json.attribute("n_embd", *getWidth());
    json.attribute("n_inner", kWidening * *getWidth());
    json.attribute("n_positions", *getContextLength());
    json.attribute("n_ctx", *getContextLength());
    json.attribute("vocab_size", vocabularyOf(*this, facts));
    json.attribute("activation_function", "gelu_new");
    json.attribute("layer_norm_epsilon", kEpsilon);
    json.attribute("initializer_range", kDeviation);
    for (const char *key : {"attn_pdrop", "embd_pdrop", "resid_pdrop"})
      json.attribute(key, 0.0);
    json.attribute("tie_word_embeddings", getTie().value_or(true));
    // GPT-2's own tokenizer has one special token; others need not have any.
    bool own = facts.vocabulary == kGpt2Vocabulary;
    for (const char *key : {"bos_token_id", "eos_token_id"})
      json.attribute(key, own ? llvm::json::Value(kGpt2Vocabulary - 1)
                              : llvm::json::Value(nullptr));
    json.attribute("torch_dtype", "float32");
  });
  return text + "\n";
}
