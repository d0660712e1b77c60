//===- CurveKeys.cpp - keys of a phase, from and to its attributes --------===//

#include "test/unit/Curves/CurveCases.h"

#include "dialect/Dsc/PhaseValues.h"

using namespace dsc;
using namespace dsc::test;

namespace {
/// Sets the attributes of a key and collects what it comes to.
class KeySetter {
public:
  explicit KeySetter(mlir::Operation *phase)
      : phase(phase), b(phase->getContext()) {}

  void set(const std::string &key, double number) {
    phase->setAttr(key, b.getF64FloatAttr(number));
  }
  void set(const std::string &key, int64_t count) {
    phase->setAttr(key, b.getI64IntegerAttr(count));
  }
  void set(const std::string &key, const std::string &text) {
    phase->setAttr(key, b.getStringAttr(text));
  }
  void set(const std::string &key, const std::vector<double> &numbers) {
    phase->setAttr(key, b.getF64ArrayAttr(numbers));
  }
  void set(const std::string &key, Rate rate) {
    phase->setAttr(key, amount(rate.rate));
    ownRates.push_back(b.getNamedAttr(key, b.getF64FloatAttr(rate.rate)));
  }
  void set(const std::string &key, const Steps &value);

  void finish() {
    phase->setAttr("own_steps", b.getDictionaryAttr(ownSteps));
    phase->setAttr("own_rates", b.getDictionaryAttr(ownRates));
  }

private:
  LengthAttr length(int64_t steps) {
    return LengthAttr::get(b.getContext(), b.getF64FloatAttr(double(steps)),
                           "steps");
  }
  AmountAttr amount(double rate) {
    return AmountAttr::get(b.getContext(), b.getF64FloatAttr(rate), false);
  }

  mlir::Operation *phase;
  mlir::Builder b;
  llvm::SmallVector<mlir::NamedAttribute> ownSteps, ownRates;
};
} // namespace

void KeySetter::set(const std::string &key, const Steps &value) {
  if (!value.isList) {
    phase->setAttr(key, length(value.steps[0]));
    ownSteps.push_back(
        b.getNamedAttr(key, b.getI64IntegerAttr(value.steps[0])));
    return;
  }
  llvm::SmallVector<mlir::Attribute> items;
  for (size_t i = 0; i < value.steps.size(); ++i) {
    items.push_back(length(value.steps[i]));
    if (!value.rates.empty())
      items.back() = b.getArrayAttr({items.back(), amount(value.rates[i])});
  }
  phase->setAttr(key, b.getArrayAttr(items));
  ownSteps.push_back(b.getNamedAttr(key, b.getDenseI64ArrayAttr(value.steps)));
  if (!value.rates.empty())
    ownRates.push_back(
        b.getNamedAttr(key, b.getDenseF64ArrayAttr(value.rates)));
}

void dsc::test::setKeys(mlir::Operation *phase, const CurveKeys &keys) {
  KeySetter setter(phase);
  for (const auto &[key, value] : keys)
    std::visit([&, &key = key](const auto &one) { setter.set(key, one); },
               value);
  setter.finish();
}

static std::vector<double> pointRates(mlir::Operation *phase,
                                      llvm::StringRef key) {
  auto rates = ratesOf(phase, key);
  return {rates.begin(), rates.end()};
}

CurveKeys dsc::test::readKeys(mlir::Operation *phase) {
  CurveKeys keys;
  for (const KeyInfo &key :
       findTableOfOp(phase->getName().getStringRef())->keys) {
    mlir::Attribute value = phase->getAttr(key.attribute);
    if (auto number = llvm::dyn_cast_or_null<mlir::FloatAttr>(value))
      keys[key.name.str()] = number.getValueAsDouble();
    else if (auto count = llvm::dyn_cast_or_null<mlir::IntegerAttr>(value))
      keys[key.name.str()] = count.getInt();
    else if (auto text = llvm::dyn_cast_or_null<mlir::StringAttr>(value))
      keys[key.name.str()] = text.str();
    else if (!value || key.name == "length" || key.name == "from" ||
             key.name == "to" || key.type == "track")
      continue;
    else if (key.type == "numbers")
      for (auto item :
           llvm::cast<mlir::ArrayAttr>(value).getAsRange<mlir::FloatAttr>()) {
        auto &all = keys[key.name.str()];
        if (!std::holds_alternative<std::vector<double>>(all))
          all = std::vector<double>();
        std::get<std::vector<double>>(all).push_back(item.getValueAsDouble());
      }
    else if (key.type == "length")
      keys[key.name.str()] = Steps{{stepsOf(phase, key.name)}};
    else if (key.type == "amount")
      keys[key.name.str()] = Rate{rateOf(phase, key.name)};
    else if (key.type == "lengths" || key.type == "points")
      keys[key.name.str()] =
          Steps{stepsListOf(phase, key.name).vec(),
                key.type == "points" ? pointRates(phase, key.name)
                                     : std::vector<double>(),
                true};
  }
  return keys;
}
