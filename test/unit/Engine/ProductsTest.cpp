//===- ProductsTest.cpp - matrix products on this machine -----------------===//
//
// Whatever kernels the engine put in LibTorch's place, products are products:
// against f64, for every layout of the operands, small and large.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/Harness.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include <gtest/gtest.h>

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
