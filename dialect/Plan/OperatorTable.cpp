//===- OperatorTable.cpp - the ATen operators that we emit ----------------===//

#include "dialect/Plan/OperatorTable.h"

#include "dialect/Plan/OperatorRules.h"

#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace dsc::plan_ir;

std::string Operator::fullName() const {
  return overload.empty() ? name : name + "." + overload;
}

unsigned Operator::indexOf(StringRef argument) const {
  for (auto [index, spec] : llvm::enumerate(arguments))
    if (spec.name == argument)
      return index;
  llvm::report_fatal_error(Twine("Operators.td: ") + name +
                           " has no argument '" + argument + "'");
}

static Operator
makeOperator(StringRef schema, decltype(Operator::resultTypes) types,
             decltype(Operator::flops) flops, ArrayRef<StringRef> saves,
             decltype(Operator::extraBytes) extraBytes,
             decltype(Operator::scratchBytes) scratchBytes, bool view) {
  std::optional<Operator> parsed = parseSchema(schema);
  if (!parsed)
    llvm::report_fatal_error(Twine("Operators.td: unreadable schema: ") +
                             schema);
  parsed->resultTypes = types;
  parsed->flops = flops;
  parsed->saves.assign(saves.begin(), saves.end());
  parsed->extraBytes = extraBytes;
  parsed->scratchBytes = scratchBytes;
  parsed->view = view;
  return std::move(*parsed);
}

static std::vector<Operator> makeTable() {
  using namespace rules;
  std::vector<Operator> table;
  // Each line: schema, result types, FLOPs, saved, further bytes, scratch,
  // view.
#define DSC_OPERATOR(...) table.push_back(makeOperator(__VA_ARGS__));
#include "dialect/Plan/Operators.cpp.inc"
#undef DSC_OPERATOR
  llvm::sort(table, [](const Operator &a, const Operator &b) {
    return a.fullName() < b.fullName();
  });
  return table;
}

ArrayRef<Operator> dsc::plan_ir::operatorTable() {
  static const std::vector<Operator> table = makeTable();
  return table;
}

const Operator *dsc::plan_ir::lookupOperator(StringRef name,
                                             StringRef overload) {
  for (const Operator &entry : operatorTable())
    if (entry.name == name && entry.overload == overload)
      return &entry;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// A call by argument names
//===----------------------------------------------------------------------===//

static bool suits(const ArgumentSpec &argument, Attribute slot) {
  if (isa<UnitAttr>(slot))
    return argument.optional;
  switch (argument.kind) {
  case ArgumentKind::tensor:
    return isa<OperandAttr>(slot);
  case ArgumentKind::tensors:
    return isa<OperandsAttr>(slot);
  case ArgumentKind::integer:
    return isa<DimAttr>(slot);
  case ArgumentKind::integers:
    return isa<DimsAttr>(slot);
  case ArgumentKind::real:
    return isa<FloatAttr>(slot);
  case ArgumentKind::boolean:
    return isa<BoolAttr>(slot);
  case ArgumentKind::dtype:
    return isa<TypeAttr>(slot);
  case ArgumentKind::text:
    return isa<StringAttr>(slot);
  }
  return false;
}

static int64_t operandsOf(Attribute slot) {
  if (auto list = dyn_cast<OperandsAttr>(slot))
    return list.getCount();
  return isa<OperandAttr>(slot) ? 1 : 0;
}

LogicalResult OperatorCall::checkSlots() const {
  if (slots.size() != callee.arguments.size()) // call_c2
    return emitError() << "has " << slots.size() << " arguments, expected "
                       << callee.arguments.size() << ": " << callee.schema;
  uint64_t used = 0;
  for (auto [argument, slot] : llvm::zip_equal(callee.arguments, slots)) {
    if (!suits(argument, slot)) // call_c3
      return emitError() << "has a wrong value for '" << argument.name
                         << "': " << callee.schema;
    used += operandsOf(slot);
  }
  if (used != operands.size()) // call_c4
    return emitError() << "has " << operands.size()
                       << " operands, but its arguments name " << used;
  return success();
}

Attribute OperatorCall::slot(StringRef argument) const {
  return slots[callee.indexOf(argument)];
}

bool OperatorCall::given(StringRef argument) const {
  return !isa<UnitAttr>(slot(argument));
}

std::pair<unsigned, unsigned>
OperatorCall::operandRange(StringRef argument) const {
  unsigned index = callee.indexOf(argument), first = 0;
  for (unsigned i = 0; i < index; ++i)
    first += operandsOf(slots[i]);
  return {first, operandsOf(slots[index])};
}

SymbolicTensorType OperatorCall::tensor(StringRef argument) const {
  return cast<SymbolicTensorType>(operands[operandRange(argument).first]);
}

SmallVector<SymbolicTensorType>
OperatorCall::tensors(StringRef argument) const {
  auto [first, count] = operandRange(argument);
  return llvm::map_to_vector(operands.slice(first, count), [](Type type) {
    return cast<SymbolicTensorType>(type);
  });
}

ArrayRef<Dim> OperatorCall::integers(StringRef argument) const {
  return cast<DimsAttr>(slot(argument)).getValue();
}

Dim OperatorCall::integer(StringRef argument) const {
  return cast<DimAttr>(slot(argument)).getValue();
}

StringRef OperatorCall::text(StringRef argument) const {
  return cast<StringAttr>(slot(argument)).getValue();
}

Type OperatorCall::dtype(StringRef argument) const {
  return cast<TypeAttr>(slot(argument)).getValue();
}

SymbolicTensorType OperatorCall::result() const {
  return cast<SymbolicTensorType>(results.front());
}

InFlightDiagnostic OperatorCall::emitError() const { return error(); }

FailureOr<SmallVector<Type>>
dsc::plan_ir::inferCallTypes(const Operator &callee, ArrayAttr slots,
                             TypeRange operands,
                             OperatorCall::ErrorFunction error) {
  OperatorCall call(callee, slots, operands, {}, error);
  if (failed(call.checkSlots()))
    return failure();
  ResultTypes types = callee.resultTypes(call);
  if (failed(types))
    return failure();
  for (SymbolicTensorType type : *types)
    if (failed(SymbolicTensorType::verify(error, type.getElementType(),
                                          type.getShape())))
      return failure();
  return SmallVector<Type>(types->begin(), types->end());
}
