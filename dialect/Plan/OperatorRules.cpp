//===- OperatorRules.cpp - what operators make of shapes ------------------===//

#include "dialect/Plan/OperatorRules.h"

using namespace mlir;
using namespace dsc::plan_ir;

using Tensor = SymbolicTensorType;

static Tensor withShape(Tensor like, ArrayRef<Dim> shape) {
  return Tensor::get(like.getContext(), like.getElementType(), shape);
}

static ResultTypes single(Tensor type) { return SmallVector<Tensor>{type}; }

static LogicalResult requireRank(const OperatorCall &call, StringRef argument,
                                 int64_t rank) {
  Tensor type = call.tensor(argument);
  if (type.getRank() == rank)
    return success();
  return call.emitError() << argument << " has " << type.getRank()
                          << " dimensions, expected " << rank;
}

static LogicalResult requireShape(const OperatorCall &call, StringRef argument,
                                  ArrayRef<Dim> shape) {
  Tensor type = call.tensor(argument);
  if (type.getShape() == shape)
    return success();
  return call.emitError() << argument << " is " << toString(type.getShape())
                          << ", expected " << toString(shape);
}

static LogicalResult requireElement(const OperatorCall &call,
                                    StringRef argument, Type element) {
  Tensor type = call.tensor(argument);
  if (type.getElementType() == element)
    return success();
  return call.emitError() << argument << " holds " << type.getElementType()
                          << ", expected " << element;
}

static LogicalResult requireFloat(const OperatorCall &call,
                                  StringRef argument) {
  Tensor type = call.tensor(argument);
  if (isa<FloatType>(type.getElementType()))
    return success();
  return call.emitError() << argument << " holds " << type.getElementType()
                          << ", expected a floating-point type";
}

/// The constant value of a whole-number argument that may not depend on B or L.
static FailureOr<int64_t> constant(const OperatorCall &call,
                                   StringRef argument) {
  Dim dim = call.integer(argument);
  if (!dim.isConstant())
    return call.emitError()
           << argument << " is " << toString(dim) << ", expected a constant";
  return dim.factor;
}

static FailureOr<int64_t> axisOf(const OperatorCall &call, StringRef argument,
                                 int64_t rank) {
  FailureOr<int64_t> axis = constant(call, argument);
  if (failed(axis))
    return failure();
  if (*axis < -rank || *axis >= rank)
    return call.emitError() << argument << " is " << *axis << ", expected "
                            << -rank << " to " << rank - 1;
  return *axis < 0 ? *axis + rank : *axis;
}

ResultTypes rules::sameAs(const OperatorCall &call, StringRef argument) {
  if (failed(requireFloat(call, argument)))
    return failure();
  return single(call.tensor(argument));
}

ResultTypes rules::broadcast(const OperatorCall &call, StringRef left,
                             StringRef right) {
  Tensor a = call.tensor(left), b = call.tensor(right);
  if (failed(requireElement(call, right, a.getElementType())))
    return failure();
  ArrayRef<Dim> longer = a.getShape(), shorter = b.getShape();
  if (longer.size() < shorter.size())
    std::swap(longer, shorter);
  SmallVector<Dim> shape(longer);
  size_t skip = longer.size() - shorter.size();
  for (auto [axis, dim] : llvm::enumerate(shorter)) {
    Dim &other = shape[skip + axis];
    if (other == Dim(1))
      other = dim;
    else if (!(dim == other) && !(dim == Dim(1)))
      return call.emitError()
             << left << " " << toString(a.getShape()) << " and " << right << " "
             << toString(b.getShape()) << " do not broadcast";
  }
  return single(withShape(a, shape));
}

ResultTypes rules::addmm(const OperatorCall &call) {
  if (failed(requireFloat(call, "mat1")) ||
      failed(requireRank(call, "mat1", 2)) ||
      failed(requireRank(call, "mat2", 2)))
    return failure();
  Tensor mat1 = call.tensor("mat1"), mat2 = call.tensor("mat2");
  Type element = mat1.getElementType();
  Dim columns = mat2.getShape()[1];
  if (failed(requireElement(call, "mat2", element)) ||
      failed(requireElement(call, "self", element)) ||
      failed(requireShape(call, "mat2", {mat1.getShape()[1], columns})) ||
      failed(requireShape(call, "self", {columns})))
    return failure();
  return single(withShape(mat1, {mat1.getShape()[0], columns}));
}

ResultTypes rules::linear(const OperatorCall &call) {
  if (failed(requireFloat(call, "input")) ||
      failed(requireRank(call, "weight", 2)))
    return failure();
  Tensor input = call.tensor("input"), weight = call.tensor("weight");
  if (input.getRank() < 1)
    return call.emitError() << "input has no dimension, expected 1 or more";
  Type element = input.getElementType();
  Dim outputs = weight.getShape()[0];
  if (failed(requireElement(call, "weight", element)) ||
      failed(requireShape(call, "weight", {outputs, input.getShape().back()})))
    return failure();
  if (call.given("bias") && (failed(requireElement(call, "bias", element)) ||
                             failed(requireShape(call, "bias", {outputs}))))
    return failure();
  SmallVector<Dim> shape(input.getShape());
  shape.back() = outputs;
  return single(withShape(input, shape));
}

ResultTypes rules::attention(const OperatorCall &call) {
  if (call.given("attn_mask"))
    return call.emitError() << "attn_mask is given, expected None";
  for (StringRef argument : {"query", "key", "value"})
    if (failed(requireFloat(call, argument)) ||
        failed(requireRank(call, argument, 4)) ||
        failed(requireElement(call, argument,
                              call.tensor("query").getElementType())))
      return failure();
  ArrayRef<Dim> query = call.tensor("query").getShape();
  ArrayRef<Dim> key = call.tensor("key").getShape();
  Dim width = call.tensor("value").getShape()[3];
  if (failed(
          requireShape(call, "key", {query[0], query[1], key[2], query[3]})) ||
      failed(requireShape(call, "value", {query[0], query[1], key[2], width})))
    return failure();
  return single(
      withShape(call.tensor("query"), {query[0], query[1], query[2], width}));
}

ResultTypes rules::gelu(const OperatorCall &call) {
  StringRef form = call.text("approximate");
  if (form != "none" && form != "tanh")
    return call.emitError() << "approximate is \"" << form
                            << "\", expected \"none\" or \"tanh\"";
  return sameAs(call, "self");
}

ResultTypes rules::layerNorm(const OperatorCall &call) {
  if (failed(requireFloat(call, "input")))
    return failure();
  Tensor input = call.tensor("input");
  ArrayRef<Dim> normalized = call.integers("normalized_shape");
  if (normalized.empty() ||
      normalized.size() > static_cast<size_t>(input.getRank()) ||
      input.getShape().take_back(normalized.size()) != normalized)
    return call.emitError() << "normalized_shape is " << toString(normalized)
                            << ", expected the last dimensions of input "
                            << toString(input.getShape());
  for (StringRef argument : {"weight", "bias"})
    if (call.given(argument) &&
        (failed(requireElement(call, argument, input.getElementType())) ||
         failed(requireShape(call, argument, normalized))))
      return failure();
  return single(input);
}

ResultTypes rules::convert(const OperatorCall &call) {
  Tensor self = call.tensor("self");
  return single(
      Tensor::get(self.getContext(), call.dtype("dtype"), self.getShape()));
}

ResultTypes rules::embedding(const OperatorCall &call) {
  Type index = IntegerType::get(call.tensor("indices").getContext(), 64);
  if (failed(requireFloat(call, "weight")) ||
      failed(requireRank(call, "weight", 2)) ||
      failed(requireElement(call, "indices", index)))
    return failure();
  Tensor weight = call.tensor("weight");
  SmallVector<Dim> shape(call.tensor("indices").getShape());
  shape.push_back(weight.getShape()[1]);
  return single(withShape(weight, shape));
}

ResultTypes rules::crossEntropy(const OperatorCall &call) {
  if (call.given("weight"))
    return call.emitError() << "weight is given, expected None";
  if (failed(requireFloat(call, "self")) ||
      failed(requireRank(call, "self", 2)))
    return failure();
  Tensor self = call.tensor("self");
  Dim count = self.getShape()[0];
  Type index = IntegerType::get(self.getContext(), 64);
  if (failed(requireElement(call, "target", index)) ||
      failed(requireShape(call, "target", {count})))
    return failure();
  FailureOr<int64_t> reduction = constant(call, "reduction");
  if (failed(reduction))
    return failure();
  if (*reduction < 0 || *reduction > 2)
    return call.emitError() << "reduction is " << *reduction
                            << ", expected 0 (none), 1 (mean) or 2 (sum)";
  SmallVector<Dim> shape;
  if (*reduction == 0)
    shape.push_back(count);
  return single(withShape(self, shape));
}

ResultTypes rules::concatenated(const OperatorCall &call) {
  SmallVector<Tensor> parts = call.tensors("tensors");
  if (parts.empty())
    return call.emitError() << "tensors is an empty list";
  Tensor first = parts.front();
  FailureOr<int64_t> axis = axisOf(call, "dim", first.getRank());
  if (failed(axis))
    return failure();
  SmallVector<Dim> shape(first.getShape());
  for (Tensor part : llvm::drop_begin(parts)) {
    SmallVector<Dim> other(part.getShape());
    bool sameRank = other.size() == shape.size();
    std::optional<Dim> sum =
        sameRank ? add(shape[*axis], other[*axis]) : std::nullopt;
    if (sum)
      shape[*axis] = other[*axis] = *sum;
    if (!sum || other != shape ||
        part.getElementType() != first.getElementType())
      return call.emitError() << first << " and " << part
                              << " cannot be joined along dimension " << *axis;
  }
  return single(withShape(first, shape));
}

ResultTypes rules::reshaped(const OperatorCall &call, StringRef sizes) {
  Tensor self = call.tensor("self");
  ArrayRef<Dim> shape = call.integers(sizes);
  std::optional<Dim> had = volume(self.getShape()), wanted = volume(shape);
  if (!had || !wanted || !(*had == *wanted))
    return call.emitError() << "self " << toString(self.getShape())
                            << " cannot be seen as " << toString(shape);
  return single(withShape(self, shape));
}

ResultTypes rules::transposed(const OperatorCall &call) {
  Tensor self = call.tensor("self");
  FailureOr<int64_t> first = axisOf(call, "dim0", self.getRank());
  FailureOr<int64_t> second = axisOf(call, "dim1", self.getRank());
  if (failed(first) || failed(second))
    return failure();
  SmallVector<Dim> shape(self.getShape());
  std::swap(shape[*first], shape[*second]);
  return single(withShape(self, shape));
}

ResultTypes rules::split(const OperatorCall &call) {
  Tensor self = call.tensor("self");
  FailureOr<int64_t> axis = axisOf(call, "dim", self.getRank());
  FailureOr<int64_t> part = constant(call, "split_size");
  if (failed(axis) || failed(part))
    return failure();
  Dim whole = self.getShape()[*axis];
  if (!whole.isConstant() || *part <= 0 || whole.factor % *part != 0)
    return call.emitError() << "split_size is " << *part
                            << ", expected a divisor of " << toString(whole);
  SmallVector<Dim> shape(self.getShape());
  shape[*axis] = Dim(*part);
  return SmallVector<Tensor>(whole.factor / *part, withShape(self, shape));
}

ResultTypes rules::slice(const OperatorCall &call) {
  Tensor self = call.tensor("self");
  FailureOr<int64_t> axis = axisOf(call, "dim", self.getRank());
  if (failed(axis))
    return failure();
  // Whether L tokens are there is the model's to check: it knows its context.
  bool whole = !call.given("start") || call.integer("start") == Dim(0);
  if (!whole || !call.given("end") || !(call.integer("step") == Dim(1)))
    return call.emitError() << "expected a start of 0, an end and a step of 1";
  Dim end = call.integer("end"), had = self.getShape()[*axis];
  if (end.isConstant() &&
      (end.factor < 1 || (had.isConstant() && end.factor > had.factor)))
    return call.emitError() << "end is " << toString(end)
                            << ", expected at most " << toString(had);
  SmallVector<Dim> shape(self.getShape());
  shape[*axis] = end;
  return single(withShape(self, shape));
}

double rules::elements(Tensor tensor, Binding binding) {
  return tensor.getElements(binding);
}

double rules::size(Tensor tensor, int axis, Binding binding) {
  ArrayRef<Dim> shape = tensor.getShape();
  return shape[axis < 0 ? axis + tensor.getRank() : axis].evaluate(binding);
}

double rules::rows(Tensor tensor, Binding binding) {
  double product = 1;
  for (Dim dim : tensor.getShape().drop_back())
    product *= dim.evaluate(binding);
  return product;
}
