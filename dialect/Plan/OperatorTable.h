//===- OperatorTable.h - the ATen operators that we emit --------*- C++ -*-===//
//
// Operators.td read by C++: one entry for each operator, with its schema, the
// rule for its result types, its FLOPs and what its backward keeps. The call
// verifier, the graph builders, `dsc plan` and the memory estimate all ask
// here.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_PLAN_OPERATORTABLE_H
#define DSC_DIALECT_PLAN_OPERATORTABLE_H

#include "dialect/Plan/PlanDialect.h"

namespace dsc::plan_ir {

enum class ArgumentKind {
  tensor,
  tensors,
  integer,
  integers,
  real,
  boolean,
  dtype,
  text
};

/// One argument of a schema: `SymInt padding_idx=-1`.
struct ArgumentSpec {
  std::string name;
  ArgumentKind kind;
  bool optional = false;                   ///< None is allowed
  std::optional<std::string> defaultValue; ///< as the schema spells it
};

class OperatorCall;
using ResultTypes = llvm::FailureOr<llvm::SmallVector<SymbolicTensorType>>;

struct Operator {
  std::string name;     ///< "aten::add"
  std::string overload; ///< "Tensor", often empty
  std::string schema;   ///< as PyTorch's native_functions.yaml writes it
  llvm::SmallVector<ArgumentSpec> arguments;
  ResultTypes (*resultTypes)(const OperatorCall &call);
  /// Of the forward; a fused multiply-add counts as two.
  double (*flops)(const OperatorCall &call, Binding binding);
  /// Arguments, or "result", that backward reads.
  llvm::SmallVector<std::string> saves;
  /// Bytes that backward reads beyond those.
  double (*extraBytes)(const OperatorCall &call, Binding binding);
  /// Bytes that backward makes for itself, besides gradients.
  double (*scratchBytes)(const OperatorCall &call, Binding binding);
  /// The results share the memory of the first argument.
  bool view;

  /// Index of the argument; the table is wrong where it does not exist.
  unsigned indexOf(llvm::StringRef argument) const;
  std::string fullName() const;
};

/// All of Operators.td, sorted by full name.
llvm::ArrayRef<Operator> operatorTable();

/// Null when the table has no such operator.
const Operator *lookupOperator(llvm::StringRef name, llvm::StringRef overload);

/// Parses one schema into name, overload and arguments; nullopt when it is not
/// of the subset that the table uses.
std::optional<Operator> parseSchema(llvm::StringRef schema);

/// The slot (see plan.call) of an argument that the caller leaves out; null
/// when the schema gives it no default.
mlir::Attribute defaultSlot(const ArgumentSpec &argument,
                            mlir::MLIRContext *context);

/// A call as the rules of the table see it: arguments by name.
class OperatorCall {
public:
  using ErrorFunction = llvm::function_ref<mlir::InFlightDiagnostic()>;

  OperatorCall(const Operator &callee, mlir::ArrayAttr slots,
               mlir::TypeRange operands, mlir::TypeRange results,
               ErrorFunction error)
      : callee(callee), slots(slots), operands(operands), results(results),
        error(error) {}

  /// Each slot suits its argument, and slots and operands match in number.
  llvm::LogicalResult checkSlots() const;

  bool given(llvm::StringRef argument) const;
  SymbolicTensorType tensor(llvm::StringRef argument) const;
  llvm::SmallVector<SymbolicTensorType> tensors(llvm::StringRef argument) const;
  llvm::ArrayRef<Dim> integers(llvm::StringRef argument) const;
  Dim integer(llvm::StringRef argument) const;
  llvm::StringRef text(llvm::StringRef argument) const;
  mlir::Type dtype(llvm::StringRef argument) const;
  /// Position and number of the argument's operands.
  std::pair<unsigned, unsigned> operandRange(llvm::StringRef argument) const;
  /// Only where results are known, that is not in `resultTypes`.
  SymbolicTensorType result() const;

  mlir::InFlightDiagnostic emitError() const;

private:
  mlir::Attribute slot(llvm::StringRef argument) const;

  const Operator &callee;
  mlir::ArrayAttr slots;
  mlir::TypeRange operands, results;
  ErrorFunction error;
};

/// Types that a call gives; reports through `error` what does not fit.
llvm::FailureOr<llvm::SmallVector<mlir::Type>>
inferCallTypes(const Operator &callee, mlir::ArrayAttr slots,
               mlir::TypeRange operands, OperatorCall::ErrorFunction error);

} // namespace dsc::plan_ir

#endif // DSC_DIALECT_PLAN_OPERATORTABLE_H
