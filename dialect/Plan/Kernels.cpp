//===- Kernels.cpp - checks on buffers and kernels ------------------------===//
//
// A backend trusts a kernel's signature: it is checked here, once.
//
//===----------------------------------------------------------------------===//

#include "dialect/Plan/PlanDialect.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace dsc::plan_ir;

LogicalResult BufferOp::verify() {
  // buffer_c1
  Type type = getDtype();
  if (!type.isF32() && !type.isF64() && !type.isBF16() && !type.isF16() &&
      !type.isInteger(64) && !type.isInteger(32))
    return emitOpError("found type ")
           << type << ", expected f32, f64, bf16, f16, i64 or i32";
  // buffer_c2
  if (static_cast<int64_t>(getCount()) < 1)
    return emitOpError("found ")
           << static_cast<int64_t>(getCount()) << " values, expected 1 or more";
  return success();
}

int64_t KernelOp::findOperand(Access access) {
  for (auto [index, use] :
       llvm::enumerate(getOperandUses().getAsRange<UseAttr>()))
    if (use.getAccess() == access)
      return index;
  return -1;
}

/// The accesses that a kernel of this kind may have.
static bool allows(KernelKind kind, bool prologue, Access access) {
  switch (kind) {
  case KernelKind::map:
    return access == Access::read || access == Access::update ||
           access == Access::write ||
           access == (prologue ? Access::counters : Access::uniforms);
  case KernelKind::reduce:
    return access == Access::read || access == Access::partials;
  case KernelKind::finish:
    return access == Access::partials || access == Access::counters ||
           access == Access::uniforms || access == Access::state;
  }
  llvm_unreachable("every kind is listed");
}

LogicalResult KernelOp::verify() {
  for (UseAttr use : getOperandUses().getAsRange<UseAttr>())
    // kernel_c1
    if (!allows(getKind(), getPrologue().has_value(), use.getAccess()))
      return emitOpError("found operand ")
             << use.getBuffer() << " with access "
             << stringifyAccess(use.getAccess())
             << ", which no kernel of this kind has";
  // kernel_c2
  if (getKind() != KernelKind::map && (getPrologue() || !getUniforms().empty()))
    return emitOpError("only a map lists uniforms or has a prologue");
  // kernel_c3
  if (getKind() == KernelKind::finish &&
      (findOperand(Access::partials) < 0 || findOperand(Access::counters) < 0 ||
       findOperand(Access::uniforms) < 0))
    return emitOpError("a finish needs partials, counters and uniforms");
  // kernel_c4
  if (getKind() == KernelKind::reduce &&
      (findOperand(Access::partials) < 0 || findOperand(Access::read) < 0))
    return emitOpError("a reduction needs partials and something to read");
  // kernel_c5
  if (getKind() == KernelKind::map && !getUniforms().empty() &&
      findOperand(getPrologue() ? Access::counters : Access::uniforms) < 0)
    return emitOpError("found uniforms, expected an operand they come from");
  return success();
}

/// The type in which a body sees a value of a buffer.
static Type getBodyType(BufferOp buffer) {
  Type type = buffer.getDtype();
  return type.isBF16() ? IntegerType::get(type.getContext(), 16) : type;
}

namespace {

/// What the operands of a kernel ask of its body.
struct Signature {
  SmallVector<Type> inputs, results;
  BufferOp uniforms, state; ///< null where no operand is one
};

} // namespace

/// Adds what an operand asks for. A buffer that is not of its kind is an error.
static LogicalResult addOperand(KernelOp kernel, UseAttr use, BufferOp buffer,
                                Signature &signature) {
  Access access = use.getAccess();
  Type type = getBodyType(buffer);
  if (access == Access::read || access == Access::update)
    signature.inputs.push_back(type);
  if (access == Access::update || access == Access::write)
    signature.results.push_back(type);
  bool f64 = access == Access::partials || access == Access::uniforms ||
             access == Access::state;
  if (access == Access::uniforms)
    signature.uniforms = buffer;
  if (access == Access::state)
    signature.state = buffer;
  // kernel_c6
  if ((f64 && !type.isF64()) ||
      (access == Access::counters && !type.isInteger(64)))
    return kernel.emitOpError("found ")
           << use.getBuffer() << " of " << type << " used as "
           << stringifyAccess(access);
  return success();
}

/// Values of an operand's buffer; how many reductions the partials hold follows
/// from the body.
static LogicalResult checkBody(KernelOp kernel, FunctionOpInterface body,
                               Signature signature) {
  Builder builder(kernel.getContext());
  Type f64 = builder.getF64Type();
  ArrayRef<Type> found = body.getArgumentTypes();
  ArrayRef<Type> results = body.getResultTypes();
  signature.inputs.insert(signature.inputs.begin(), builder.getI64Type());
  if (kernel.getKind() == KernelKind::map)
    signature.inputs.append(kernel.getUniforms().size(), builder.getF32Type());
  if (kernel.getKind() == KernelKind::reduce)
    signature.results.assign(std::max<size_t>(results.size(), 1), f64);
  if (kernel.getKind() == KernelKind::finish) {
    size_t slots = signature.state ? signature.state.getCount() : 0;
    signature.inputs.append(std::max<size_t>(found.size(), 2 + slots) - 1, f64);
    signature.results.assign(signature.uniforms.getCount() + slots, f64);
  }
  // kernel_c7
  if (found != ArrayRef<Type>(signature.inputs) ||
      results != ArrayRef<Type>(signature.results))
    return kernel.emitOpError("found a body of type ")
           << body.getFunctionType() << ", expected "
           << builder.getFunctionType(signature.inputs, signature.results);
  return success();
}

/// A prologue gives every uniform that the list names, and slots exist.
static LogicalResult checkUniforms(KernelOp kernel,
                                   FunctionOpInterface prologue,
                                   BufferOp uniforms) {
  int64_t count = prologue ? prologue.getNumResults()
                           : (uniforms ? uniforms.getCount() : 0);
  for (int64_t slot : kernel.getUniforms())
    // kernel_c8
    if (slot < 0 || slot >= count)
      return kernel.emitOpError("found uniform ")
             << slot << ", expected one of " << count;
  return success();
}

LogicalResult KernelOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Signature signature;
  for (UseAttr use : getOperandUses().getAsRange<UseAttr>()) {
    auto buffer =
        symbols.lookupNearestSymbolFrom<BufferOp>(*this, use.getBuffer());
    // kernel_c9
    if (!buffer)
      return emitOpError("found ")
             << use.getBuffer() << ", expected the name of a buffer";
    if (failed(addOperand(*this, use, buffer, signature)))
      return failure();
  }
  auto body = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getBodyAttr());
  FunctionOpInterface prologue;
  if (getPrologueAttr())
    prologue = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(
        *this, getPrologueAttr());
  // kernel_c10
  if (!body || (getPrologueAttr() && !prologue))
    return emitOpError("found ") << (body ? getPrologueAttr() : getBodyAttr())
                                 << ", expected the name of a function";
  if (failed(checkBody(*this, body, signature)))
    return failure();
  return checkUniforms(*this, prologue, signature.uniforms);
}
