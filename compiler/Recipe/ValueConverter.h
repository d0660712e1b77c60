//===- ValueConverter.h - a value of TOML, by the type of its key -*- C++
//-*-===//
//
// One method for each type of key that ODS names. A value that is none of the
// type is reported at its place, with what was expected and, where the mistake
// can be guessed, the remedy; the result is then null.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_VALUECONVERTER_H
#define DSC_COMPILER_RECIPE_VALUECONVERTER_H

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"

#include "mlir/IR/Builders.h"

namespace dsc {

class ValueConverter {
public:
  /// `shownName` is what messages call the key: "until.patience".
  ValueConverter(mlir::MLIRContext &context, const KeyInfo &key,
                 const llvm::Twine &shownName)
      : builder(&context), key(key), shown(shownName.str()) {}

  mlir::Attribute convert(const TomlValue &value);
  mlir::Attribute refuse(const TomlValue &value, const llvm::Twine &hint = {});

private:
  using ConvertItem = llvm::function_ref<mlir::Attribute(const TomlValue &)>;

  mlir::Attribute refuse(const TomlValue &value, const llvm::Twine &name,
                         const llvm::Twine &expected, const llvm::Twine &hint);
  mlir::Attribute tooMany(const TomlValue &value, llvm::StringRef name);

  // ConvertPlain.cpp
  mlir::Attribute text(const TomlValue &value);
  mlir::Attribute texts(const TomlValue &value);
  mlir::Attribute arrayOf(const TomlValue &value, llvm::StringRef name,
                          ConvertItem convertItem);
  mlir::Attribute textArray(const TomlValue &value, llvm::StringRef name,
                            llvm::StringRef expected);
  mlir::Attribute boolean(const TomlValue &value);
  mlir::Attribute integer(const TomlValue &value);
  mlir::Attribute integerOrAuto(const TomlValue &value);
  mlir::Attribute integers(const TomlValue &value);
  mlir::Attribute number(const TomlValue &value);
  mlir::Attribute numbers(const TomlValue &value);
  mlir::Attribute choice(const TomlValue &value);
  std::string nearChoice(const TomlValue &value);
  std::string withoutQuotes(const TomlValue &value);
  /// Integers are numbers; infinities and NaNs are none.
  static std::optional<double> numberOf(const TomlValue &value);

  // ConvertQuantity.cpp
  mlir::Attribute share(const TomlValue &value);
  mlir::Attribute time(const TomlValue &value);
  mlir::Attribute length(const TomlValue &value);
  mlir::Attribute lengths(const TomlValue &value);
  mlir::Attribute points(const TomlValue &value);
  mlir::Attribute amount(const TomlValue &value);
  mlir::Attribute track(const TomlValue &value);

  // ConvertTable.cpp
  bool checkMembers(const TomlValue &value,
                    llvm::ArrayRef<llvm::StringRef> known);
  mlir::Attribute match(const TomlValue &value);
  mlir::Attribute matchNames(const TomlValue &value);
  mlir::Attribute matchDims(const TomlValue &value);
  mlir::Attribute matchRole(const TomlValue &value);
  mlir::Attribute members(const TomlValue &value);
  llvm::FailureOr<mlir::Attribute> convertMember(const TomlValue &table,
                                                 const KeyInfo &member,
                                                 const TomlValue *found);

  mlir::Builder builder;
  const KeyInfo &key;
  std::string shown;
};

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_VALUECONVERTER_H
