//===- Products.cpp - matrix products at the machine's speed --------------===//
//
// LibTorch multiplies f32 matrices with MKL, which takes its AVX2 code on
// processors that are not Intel's, even where they have AVX-512. oneDNN, which
// is in LibTorch too, does not: it is twice as fast there. It is reached by the
// one operator of LibTorch that calls it for plain f32 tensors,
// mkldnn::_linear_pointwise. Our kernels take the place of aten::mm and
// aten::addmm in the dispatcher, below autograd, whose formulas call them too.
// Small products stay with LibTorch's own kernels: oneDNN's calls cost more.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Kernels.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/addmm_cpu_dispatch.h>
#include <ATen/ops/mm_cpu_dispatch.h>
#include <torch/library.h>

#include <optional>

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using LinearFunction = at::Tensor(const at::Tensor &, const at::Tensor &,
                                  const std::optional<at::Tensor> &,
                                  std::string_view, Scalars,
                                  std::optional<std::string_view>);

/// Multiplications below which oneDNN's overhead is more than its gain.
constexpr int64_t kWorthIt = int64_t(1) << 18;

at::Tensor linear(const at::Tensor &left, const at::Tensor &right,
                  const std::optional<at::Tensor> &bias) {
  static auto op = c10::Dispatcher::singleton()
                       .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                       .typed<LinearFunction>();
  return op.call(left, right.t(), bias, "none", Scalars(), std::nullopt);
}

/// left * right. The operator copies a left side that is stored by columns, as
/// that of a weight's gradient is; the product is turned round where the right
/// side is the smaller one to copy.
at::Tensor product(const at::Tensor &left, const at::Tensor &right) {
  bool isTurned = !left.is_contiguous() && right.size(1) < left.size(0);
  return isTurned ? linear(right.t(), left.t(), std::nullopt).t()
                  : linear(left, right, std::nullopt);
}

/// One of the strides is 1 and the other at least a row: no gaps, no overlap.
bool isPlain(const at::Tensor &matrix) {
  return matrix.scalar_type() == at::kFloat &&
         (matrix.is_contiguous() || matrix.t().is_contiguous());
}

bool isWorthIt(const at::Tensor &left, const at::Tensor &right) {
  return left.dim() == 2 && right.dim() == 2 && left.size(1) == right.size(0) &&
         isPlain(left) && isPlain(right) &&
         left.size(0) * left.size(1) * right.size(1) >= kWorthIt;
}

at::Tensor mm(const at::Tensor &left, const at::Tensor &right) {
  if (!isWorthIt(left, right))
    return at::cpu::mm(left, right);
  return product(left, right);
}

at::Tensor addmm(const at::Tensor &bias, const at::Tensor &left,
                 const at::Tensor &right, const at::Scalar &beta,
                 const at::Scalar &alpha) {
  bool isLinear = bias.dim() == 1 && bias.size(0) == right.size(-1) &&
                  bias.is_contiguous() && bias.scalar_type() == at::kFloat &&
                  beta.equal(1) && alpha.equal(1);
  if (!isLinear || !isWorthIt(left, right))
    return at::cpu::addmm(bias, left, right, beta, alpha);
  return linear(left, right, bias);
}

} // namespace

void dsc::torch_engine::installProducts(torch::Library &library) {
  if (!__builtin_cpu_is("amd") || !__builtin_cpu_supports("avx512f"))
    return;
  library.impl("mm", TORCH_FN(mm));
  library.impl("addmm", TORCH_FN(addmm));
}
