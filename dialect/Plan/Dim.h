//===- Dim.h - sizes up to two symbols --------------------------*- C++ -*-===//
//
// The shapes of a model's tensors depend on two numbers that are bound once per
// use: samples in a micro-batch (B) and tokens in a sample (L). Every size that
// occurs is a monomial in them, so equality is exact and needs no solver.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_PLAN_DIM_H
#define DSC_DIALECT_PLAN_DIM_H

#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/Hashing.h"

#include <cstdint>
#include <optional>

namespace dsc::plan_ir {

/// What the two symbols mean in one use of a graph.
struct Binding {
  int64_t batch = 1;  ///< samples in a micro-batch
  int64_t length = 1; ///< tokens in a sample; 1 for rows
};

/// factor * B^batchPower * L^lengthPower, as SymbolicInt of the plan's schema.
struct Dim {
  int64_t factor = 1;
  int8_t batchPower = 0;
  int8_t lengthPower = 0;

  Dim() = default;
  Dim(int64_t factor, int batchPower = 0, int lengthPower = 0)
      : factor(factor), batchPower(static_cast<int8_t>(batchPower)),
        lengthPower(static_cast<int8_t>(lengthPower)) {}

  static Dim batch() { return {1, 1, 0}; }
  static Dim length() { return {1, 0, 1}; }

  bool isConstant() const { return batchPower == 0 && lengthPower == 0; }
  /// In f64, because products of sizes are for estimates only.
  double evaluate(Binding binding) const;
  bool operator==(const Dim &) const = default;
};

inline llvm::hash_code hash_value(const Dim &dim) {
  return llvm::hash_combine(dim.factor, dim.batchPower, dim.lengthPower);
}

/// The product, or nullopt when it leaves int64 or the powers leave
/// 0..kMostPower.
std::optional<Dim> multiply(Dim a, Dim b);
inline constexpr int kMostPower = 8;

/// The sum, or nullopt when it is no monomial or leaves int64.
std::optional<Dim> add(Dim a, Dim b);

/// Number of elements; nullopt on overflow.
std::optional<Dim> volume(llvm::ArrayRef<Dim> shape);

/// `12`, `B`, `4*B*L`.
std::string toString(Dim dim);
std::string toString(llvm::ArrayRef<Dim> shape);

mlir::ParseResult parseDim(mlir::AsmParser &parser, Dim &dim);
/// `[B, L, 768]`.
mlir::ParseResult parseDims(mlir::AsmParser &parser,
                            llvm::SmallVectorImpl<Dim> &dims);

} // namespace dsc::plan_ir

#endif // DSC_DIALECT_PLAN_DIM_H
