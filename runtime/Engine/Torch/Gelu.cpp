//===- Gelu.cpp - the GELU with tanh --------------------------------------===//
//
// LibTorch computes 0.5 x (1 + tanh u), u = k (x + c x^3), by a tanh that takes
// most of the layer's element-wise time. 0.5 (1 + tanh u) is 1 / (1 +
// exp(-2u)): one exponential and one division, and nothing cancels for negative
// x. Element by element with explicit fma, so that every level of vector
// instructions and every split over threads gives the same bits.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu_backward_cpu_dispatch.h>
#include <ATen/ops/gelu_cpu_dispatch.h>
#include <torch/library.h>

#include <bit>
#include <cmath>

#define DSC_VECTORS                                                            \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define DSC_INLINE static inline __attribute__((always_inline))

constexpr float kScale = 0.7978845608028654f; // sqrt(2 / pi)
constexpr float kCubic = 0.044715f;
constexpr int64_t kGrain = 16384; // elements that are worth a thread

/// exp(t) for |t| <= 87 (beyond, that of the bound): 2^n * exp(r), |r| <=
/// ln2/2, exp(r) by its series, whose next term is below half an ulp.
DSC_INLINE float exponential(float t) {
  t = t < -87.0f ? -87.0f : t;
  t = t > 87.0f ? 87.0f : t;
  const float shift = 12582912.0f; // 1.5 * 2^23: adding it rounds to an integer
  float shifted = std::fma(t, 1.44269504f, shift);
  float n = shifted - shift;
  float r = std::fma(n, -0.693359375f, t); // ln2 in two parts, the first exact
  r = std::fma(n, 2.12194440e-4f, r);
  float p = 1.0f / 5040;
  p = std::fma(p, r, 1.0f / 720);
  p = std::fma(p, r, 1.0f / 120);
  p = std::fma(p, r, 1.0f / 24);
  p = std::fma(p, r, 1.0f / 6);
  p = std::fma(p, r, 0.5f);
  p = std::fma(p, r, 1.0f);
  p = std::fma(p, r, 1.0f);
  uint32_t power = (std::bit_cast<uint32_t>(shifted) << 23) + 0x3F800000u;
  return p * std::bit_cast<float>(power);
}

/// x where exp(-2u) is not at its bound yet; keeps x^2 finite, and NaN a NaN.
DSC_INLINE float bounded(float x) {
  x = x < -12.0f ? -12.0f : x;
  return x > 12.0f ? 12.0f : x;
}

/// exp(-2u).
DSC_INLINE float decay(float x) {
  float cubic = std::fma(kCubic * x * x, x, x);
  return exponential(-2.0f * kScale * cubic);
}

DSC_VECTORS static void forwardRange(const float *x, float *y, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = x[i] / (1.0f + decay(bounded(x[i])));
}

/// d/dx of x s(2u) is s + x s (1 - s) 2u', and 1 - s is e s.
DSC_VECTORS static void backwardRange(const float *gradient, const float *x,
                                      float *out, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    float b = bounded(x[i]);
    float e = decay(b);
    float s = 1.0f / (1.0f + e);
    float slope = 2.0f * kScale * std::fma(3.0f * kCubic * b, b, 1.0f);
    out[i] = gradient[i] * std::fma(b * s * (e * s), slope, s);
  }
}

static bool isPlain(const at::Tensor &tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.is_contiguous();
}

static at::Tensor gelu(const at::Tensor &x, std::string_view approximate) {
  if (approximate != "tanh" || !isPlain(x))
    return at::cpu::gelu(x, approximate);
  at::Tensor y = at::empty_like(x);
  const float *from = x.const_data_ptr<float>();
  float *to = y.mutable_data_ptr<float>();
  at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) {
    forwardRange(from + begin, to + begin, end - begin);
  });
  return y;
}

static at::Tensor geluBackward(const at::Tensor &gradient, const at::Tensor &x,
                               std::string_view approximate) {
  if (approximate != "tanh" || !isPlain(x) || !isPlain(gradient) ||
      gradient.sizes() != x.sizes())
    return at::cpu::gelu_backward(gradient, x, approximate);
  at::Tensor result = at::empty_like(x);
  const float *above = gradient.const_data_ptr<float>();
  const float *from = x.const_data_ptr<float>();
  float *to = result.mutable_data_ptr<float>();
  at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) {
    backwardRange(above + begin, from + begin, to + begin, end - begin);
  });
  return result;
}

void dsc::torch_engine::installGelu(torch::Library &library) {
  library.impl("gelu", TORCH_FN(gelu));
  library.impl("gelu_backward", TORCH_FN(geluBackward));
}
