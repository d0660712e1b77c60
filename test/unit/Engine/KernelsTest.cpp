//===- KernelsTest.cpp - the engine's kernels in LibTorch's place ---------===//
//
// Against LibTorch's own in f64, whatever this machine's kernels are: products
// for every layout of the operands, GELU far into both tails.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/Harness.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/mm.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace dsc;
using namespace dsc::test;

/// A matrix of noise, stored by rows, by columns, or as a part of a larger one.
static at::Tensor matrix(int64_t rows, int64_t columns, int layout) {
  bool isTransposed = layout == 1, isPart = layout == 2;
  int64_t pad = isPart ? 3 : 0;
  at::Tensor stored = isTransposed
                          ? at::empty({columns, rows}, at::kFloat)
                          : at::empty({rows, columns + pad}, at::kFloat);
  float *data = stored.mutable_data_ptr<float>();
  for (int64_t i = 0; i < stored.numel(); ++i)
    data[i] = noise(uint64_t(i + rows * 31 + columns));
  return isTransposed ? stored.t() : stored.narrow(1, 0, columns);
}

static double error(const at::Tensor &found, const at::Tensor &exact) {
  return (found.to(at::kDouble) - exact).abs().max().item().toDouble();
}

class Products : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(Products, EqualF64) {
  auto engine = openTorchEngine(); // puts its kernels in place
  auto [left, right] = GetParam();
  for (auto [m, k, n] : {std::tuple<int64_t, int64_t, int64_t>{3, 4, 5},
                         {200, 64, 192},
                         {64, 512, 130},
                         {1, 700, 600},
                         {500, 800, 1},
                         {5, 0, 7}}) {
    at::Tensor a = matrix(m, k, left), b = matrix(k, n, right);
    at::Tensor bias = matrix(1, n, 0).view({n});
    at::Tensor exact = at::mm(a.to(at::kDouble), b.to(at::kDouble));
    EXPECT_LT(error(at::mm(a, b), exact), 1e-4);
    at::Tensor sum = at::addmm(bias, a, b);
    EXPECT_LT(error(sum, exact + bias.to(at::kDouble)), 1e-4);
    EXPECT_TRUE(sum.is_contiguous());
    EXPECT_LT(error(at::addmm(bias, a, b, 0.5, 2),
                    exact * 2 + bias.to(at::kDouble) * 0.5),
              2e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Products,
                         testing::Combine(testing::Values(0, 1, 2),
                                          testing::Values(0, 1, 2)));

TEST(Products, WrongShapesAreRefused) {
  auto engine = openTorchEngine();
  EXPECT_ANY_THROW(at::mm(matrix(300, 200, 0), matrix(100, 300, 0)));
}

/// |found - exact| in units of 2^-23 of the exact value, or of `floor`.
static double ulps(const at::Tensor &found, const at::Tensor &exact,
                   double floor) {
  at::Tensor scale = exact.abs().clamp_min(floor) * std::exp2(-23.0);
  return ((found.to(at::kDouble) - exact).abs() / scale)
      .max()
      .item()
      .toDouble();
}

TEST(Gelu, EqualsF64) {
  auto engine = openTorchEngine();
  std::vector<float> numbers = {0.0f, -0.0f, 1e-30f, -1e-30f, 1e30f};
  for (float x = -12; x < 12; x += 0.000173f)
    numbers.push_back(x);
  auto x = at::from_blob(numbers.data(), {int64_t(numbers.size())}, at::kFloat);
  at::Tensor wide = x.to(at::kDouble);
  // Further down the tail the rounding of u itself weighs more.
  EXPECT_LT(ulps(at::gelu(x, "tanh"), at::gelu(wide, "tanh"), 1e-2), 8);
  at::Tensor gradient = x * 0 + 3.0;
  EXPECT_LT(ulps(at::gelu_backward(gradient, x, "tanh"),
                 at::gelu_backward(gradient.to(at::kDouble), wide, "tanh"),
                 1.0),
            8);
}

TEST(Gelu, OtherFormsAndLayoutsAreLibTorchs) {
  auto engine = openTorchEngine();
  at::Tensor x = matrix(40, 30, 1) * 4;
  for (const char *form : {"tanh", "none"}) {
    at::Tensor exact = at::gelu(x.to(at::kDouble), form);
    EXPECT_LT(error(at::gelu(x, form), exact), 1e-5);
    EXPECT_LT(error(at::gelu(x.to(at::kBFloat16), form), exact), 5e-2);
  }
  float nan = std::numeric_limits<float>::quiet_NaN();
  at::Tensor bad = matrix(3, 3, 0) * nan;
  EXPECT_TRUE(std::isnan(at::gelu(bad, "tanh").sum().item().toDouble()));
}
