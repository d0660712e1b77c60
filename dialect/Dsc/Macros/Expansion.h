//===- Expansion.h - the phases that a macro becomes ------------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_MACROS_EXPANSION_H
#define DSC_DIALECT_DSC_MACROS_EXPANSION_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/Builders.h"

namespace dsc {

/// On a phase whose `to` a macro gives: the macro's name, and its key for it.
inline constexpr llvm::StringLiteral kMacroKeyAttribute = "dsc.to_from";

/// Adds phases in the place of a macro. A key of a phase has the place of the
/// macro's key that it comes from, so that messages about it point there.
class MacroExpansion {
public:
  /// A key of a phase: its value, and the macro's key that gives it. A null
  /// value leaves the key out.
  struct Setting {
    llvm::StringRef key;
    mlir::Attribute value;
    llvm::StringRef source;
  };

  MacroExpansion(MacroInterface macro, mlir::OpBuilder &builder)
      : macro(macro), builder(builder) {}

  /// A phase of `kind`, named after the macro and `part`, with the macro's
  /// modifiers.
  mlir::Operation *add(llvm::StringRef kind, llvm::StringRef part,
                       llvm::ArrayRef<Setting> settings);

  /// The same where the recipe names the kind at `key`: refused unless it is a
  /// kind of phase that runs from one value to another with no further keys.
  mlir::Operation *addNamed(llvm::StringRef key, llvm::StringRef part,
                            llvm::ArrayRef<Setting> settings);

  /// `share` of a length, rounded where its unit counts whole things; null for
  /// a null length.
  LengthAttr shareOf(LengthAttr length, double share);
  /// What `parts` leave of a length, of which they are shares.
  LengthAttr leave(LengthAttr length, llvm::ArrayRef<LengthAttr> parts);

  /// The macro's attribute, or null.
  template <class Type> Type get(llvm::StringRef key) {
    return macro->getAttrOfType<Type>(key);
  }

  mlir::MLIRContext *getContext() const { return builder.getContext(); }

  llvm::ArrayRef<mlir::Operation *> getPhases() const { return phases; }

private:
  MacroInterface macro;
  mlir::OpBuilder &builder;
  llvm::SmallVector<mlir::Operation *> phases;
};

/// The phases up, down and tail of a cycle between two values; `bottom` is the
/// macro's key for the lower one.
llvm::LogicalResult expandCycle(MacroExpansion &expansion,
                                llvm::StringRef bottom);

} // namespace dsc

#endif // DSC_DIALECT_DSC_MACROS_EXPANSION_H
