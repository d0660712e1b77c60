//===- PlanBuilder.h - small plans for the engine's tests -------*- C++ -*-===//
//
// Writes a graph of units as the compiler would, with nothing in the rest of
// the plan but what the schema demands.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_ENGINE_PLANBUILDER_H
#define DSC_TEST_UNIT_ENGINE_PLANBUILDER_H

#include "runtime/Artifact/Plan_generated.h"

#include <string>
#include <vector>

namespace dsc::test {

/// A size: factor * batch^b * length^l.
struct Size {
  int64_t factor;
  int batch = 0, length = 0;
  Size(int64_t factor, int batch = 0, int length = 0)
      : factor(factor), batch(batch), length(length) {}
};

using Shape = std::vector<Size>;

/// An argument of a call.
struct Argument {
  plan::OperandKind kind = plan::OperandKind::none;
  int32_t index = 0;
  double real = 0;
  Shape ints;
  std::vector<int32_t> indices;
  std::string text;
};

Argument value(int32_t index);
Argument parameter(int32_t index);
Argument integer(Size size);
Argument integers(Shape shape);
Argument real(double number);
Argument boolean(bool truth);
Argument type(plan::DType type);
Argument values(std::vector<int32_t> indices);
Argument text(std::string text);
Argument none();

struct ParameterSpec {
  std::string name;
  std::vector<int64_t> shape;
  bool frozen = false;
  int64_t size() const;
};

class PlanBuilder {
public:
  int32_t addValue(const std::string &name, Shape shape,
                   plan::DType type = plan::DType::f32);
  int32_t addField(const std::string &name, Shape shape, plan::DType type);
  int32_t addParameter(const std::string &name, std::vector<int64_t> shape,
                       bool frozen = false);

  void beginUnit(const std::string &name, std::vector<int32_t> inputs);
  /// A call with one new result.
  int32_t call(const std::string &op, std::vector<Argument> arguments,
               plan::DType type = plan::DType::f32);
  void call(const std::string &op, std::vector<Argument> arguments,
            std::vector<int32_t> results);
  void endUnit(std::vector<int32_t> outputs);

  /// The finished plan's bytes.
  std::vector<uint8_t> finish(int32_t loss, int32_t scores,
                              plan::Precision precision = plan::Precision::f32);

  std::vector<ParameterSpec> parameters;

private:
  template <typename T> using Offset = flatbuffers::Offset<T>;
  Offset<plan::Operand> write(const Argument &argument);
  Offset<plan::Data> writeData();

  flatbuffers::FlatBufferBuilder builder;
  std::vector<Offset<plan::Value>> valueTable;
  std::vector<Offset<plan::Field>> fieldTable;
  std::vector<int32_t> fieldValues;
  std::vector<Offset<plan::Call>> calls;
  std::vector<Offset<plan::Unit>> units;
  std::string unitName;
  std::vector<int32_t> unitInputs;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_ENGINE_PLANBUILDER_H
