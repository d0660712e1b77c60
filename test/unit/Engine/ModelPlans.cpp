//===- ModelPlans.cpp - models as plans, and by hand ----------------------===//
//
// See ModelPlans.h.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/ModelPlans.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <c10/util/Exception.h>

using namespace dsc;
using namespace dsc::test;
using plan::DType;

static const Size kBatch(1, 1, 0), kLength(1, 0, 1), kTokens(1, 1, 1);
static constexpr int64_t kReduceToSum = 2;

TestPlan test::mlpPlan(bool frozenBias, bool unused) {
  PlanBuilder b;
  int x = b.addField("inputs", {kBatch, 8}, DType::f32);
  int y = b.addField("targets", {kBatch}, DType::i64);
  int w1 = b.addParameter("0.weight", {16, 8});
  int b1 = b.addParameter("0.bias", {16}, frozenBias);
  int w2 = b.addParameter("2.weight", {3, 16});
  int b2 = b.addParameter("2.bias", {3});
  if (unused)
    b.addParameter("unused", {5});

  b.beginUnit("hidden", {x});
  int h = b.call("aten::linear", {value(x), parameter(w1), parameter(b1)});
  h = b.call("aten::tanh", {value(h)});
  b.endUnit({h});

  b.beginUnit("head", {h, y});
  int z = b.call("aten::linear", {value(h), parameter(w2), parameter(b2)});
  int loss = b.call(
      "aten::cross_entropy_loss",
      {value(z), value(y), none(), integer(kReduceToSum), integer(-100)});
  b.endUnit({loss, z});
  return {b.finish(loss, z), b.parameters};
}

namespace {

/// Writes a GPT block by block.
class GptWriter {
public:
  GptWriter(const GptSize &size, plan::Precision precision)
      : size(size), precision(precision) {}

  TestPlan write();

private:
  int norm(int x, const std::string &name);
  int project(int x, const std::string &name, int64_t from, int64_t to);
  int attend(int qkv);
  int embed(int inputs, int wte);
  int block(int x, int64_t layer);

  GptSize size;
  plan::Precision precision;
  PlanBuilder b;
};

} // namespace

int GptWriter::norm(int x, const std::string &name) {
  int w = b.addParameter(name + ".weight", {size.width});
  int bias = b.addParameter(name + ".bias", {size.width});
  return b.call("aten::layer_norm",
                {value(x), integers({size.width}), parameter(w),
                 parameter(bias), real(1e-5), boolean(false)});
}

int GptWriter::project(int x, const std::string &name, int64_t from,
                       int64_t to) {
  int w = b.addParameter(name + ".weight", {from, to});
  int bias = b.addParameter(name + ".bias", {to});
  return b.call("aten::addmm", {parameter(bias), value(x), parameter(w)});
}

int GptWriter::attend(int qkv) {
  int64_t head = size.width / size.heads;
  int x =
      b.call("aten::view",
             {value(qkv), integers({kBatch, kLength, 3, size.heads, head})});
  x = b.call("aten::permute", {value(x), integers({2, 0, 3, 1, 4})});
  std::vector<int32_t> parts;
  for (const char *name : {"q", "k", "v"})
    parts.push_back(b.addValue(name, {}));
  b.call("aten::unbind.int", {value(x), integer(0)}, parts);
  x = b.call("aten::scaled_dot_product_attention",
             {value(parts[0]), value(parts[1]), value(parts[2]), none(),
              integer(0), boolean(true)});
  x = b.call("aten::transpose.int", {value(x), integer(1), integer(2)});
  return b.call("aten::reshape", {value(x), integers({kTokens, size.width})});
}

int GptWriter::embed(int inputs, int wte) {
  int wpe = b.addParameter("wpe.weight", {size.context, size.width});
  b.beginUnit("embed", {inputs});
  int x = b.call("aten::embedding", {parameter(wte), value(inputs)});
  int p = b.call("aten::slice.Tensor",
                 {parameter(wpe), integer(0), integer(0), integer(kLength)});
  x = b.call("aten::add.Tensor", {value(x), value(p)});
  x = b.call("aten::view", {value(x), integers({kTokens, size.width})});
  b.endUnit({x});
  return x;
}

int GptWriter::block(int x, int64_t layer) {
  std::string name = "h." + std::to_string(layer);
  b.beginUnit(name, {x});
  int y = norm(x, name + ".ln_1");
  y = attend(project(y, name + ".attn.c_attn", size.width, 3 * size.width));
  y = project(y, name + ".attn.c_proj", size.width, size.width);
  x = b.call("aten::add.Tensor", {value(x), value(y)});
  y = norm(x, name + ".ln_2");
  y = project(y, name + ".mlp.c_fc", size.width, 4 * size.width);
  y = b.call("aten::gelu", {value(y), text("tanh")});
  y = project(y, name + ".mlp.c_proj", 4 * size.width, size.width);
  x = b.call("aten::add.Tensor", {value(x), value(y)});
  b.endUnit({x});
  return x;
}

TestPlan GptWriter::write() {
  int inputs = b.addField("inputs", {kBatch, kLength}, DType::i64);
  int targets = b.addField("targets", {kBatch, kLength}, DType::i64);
  int wte = b.addParameter("wte.weight", {size.vocabulary, size.width});
  int x = embed(inputs, wte);
  for (int64_t layer = 0; layer < size.layers; ++layer)
    x = block(x, layer);

  b.beginUnit("head", {x, targets});
  x = norm(x, "ln_f");
  int scores = b.call("aten::linear", {value(x), parameter(wte)});
  int wide = scores;
  if (precision == plan::Precision::bf16_mixed)
    wide = b.call("aten::to.dtype", {value(scores), type(DType::f32)});
  int flat =
      b.call("aten::view", {value(targets), integers({kTokens})}, DType::i64);
  int loss = b.call("aten::cross_entropy_loss",
                    {value(wide), value(flat), none(), integer(kReduceToSum),
                     integer(-100), real(0)});
  b.endUnit({loss, scores});
  return {b.finish(loss, scores, precision), b.parameters};
}

TestPlan test::gptPlan(const GptSize &size, plan::Precision precision) {
  return GptWriter(size, precision).write();
}

namespace {

/// Hands out the parameters in the plan's order.
class Reader {
public:
  explicit Reader(const std::vector<at::Tensor> &all) : all(all) {}
  const at::Tensor &next() { return all.at(position++); }
  at::Tensor norm(const at::Tensor &x) {
    const at::Tensor &w = next(), &bias = next();
    return at::layer_norm(x, {x.size(-1)}, w, bias, 1e-5);
  }
  at::Tensor project(const at::Tensor &x) {
    const at::Tensor &w = next(), &bias = next();
    return at::addmm(bias, x, w);
  }

private:
  const std::vector<at::Tensor> &all;
  size_t position = 0;
};

} // namespace

static at::Tensor attention(const GptSize &size, const at::Tensor &qkv,
                            int64_t batch, int64_t length) {
  auto heads = [&](const at::Tensor &part) {
    return part.view({batch, length, size.heads, size.width / size.heads})
        .transpose(1, 2);
  };
  auto parts = qkv.split(size.width, 1);
  return at::scaled_dot_product_attention(heads(parts[0]), heads(parts[1]),
                                          heads(parts[2]), {}, 0.0, true)
      .transpose(1, 2)
      .reshape({batch * length, size.width});
}

at::Tensor test::gptLoss(const GptSize &size,
                         const std::vector<at::Tensor> &parameters,
                         const at::Tensor &inputs, const at::Tensor &targets) {
  Reader reader(parameters);
  int64_t batch = inputs.size(0), length = inputs.size(1);
  const at::Tensor &wte = reader.next(), &wpe = reader.next();
  at::Tensor x = at::embedding(wte, inputs) + wpe.slice(0, 0, length);
  x = x.view({batch * length, size.width});
  for (int64_t layer = 0; layer < size.layers; ++layer) {
    at::Tensor y = reader.norm(x);
    y = attention(size, reader.project(y), batch, length);
    x = x + reader.project(y);
    y = reader.norm(x);
    y = at::gelu(reader.project(y), "tanh");
    x = x + reader.project(y);
  }
  return at::cross_entropy_loss(at::linear(reader.norm(x), wte),
                                targets.view({-1}), {}, kReduceToSum);
}
