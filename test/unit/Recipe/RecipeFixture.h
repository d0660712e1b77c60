//===- RecipeFixture.h - recipes for tests ----------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_RECIPE_RECIPEFIXTURE_H
#define DSC_TEST_UNIT_RECIPE_RECIPEFIXTURE_H

#include "compiler/Recipe/DiagnosticPrinter.h"
#include "compiler/Recipe/Print.h"
#include "compiler/Recipe/Recipe.h"
#include "dialect/Dsc/DscDialect.h"

#include <gtest/gtest.h>

#include <filesystem>

/// Loads recipes from a folder that goes with the test, and keeps what was
/// reported.
class RecipeTest : public testing::Test {
protected:
  RecipeTest();
  ~RecipeTest() override;

  /// Writes a file of the folder, which is also the working directory.
  void write(const std::string &name, const std::string &text);
  bool load(dsc::RecipeInputs inputs);
  /// Loads `recipe.toml` with this text.
  bool loadText(const std::string &text);
  /// What was reported since the last load, as an author sees it.
  std::string getReport() const;
  /// The recipe as TOML; only after a load that worked.
  std::string print(bool origins = false);
  /// The first op of a name, or null.
  mlir::Operation *find(llvm::StringRef opName);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<dsc::DiagnosticPrinter> printer;

private:
  std::filesystem::path before, folder;
};

/// A recipe with one of everything.
extern const char *const wholeRecipe;

#define EXPECT_HAS(text, part)                                                 \
  EXPECT_NE(std::string(text).find(part), std::string::npos)                   \
      << "expected to find:\n"                                                 \
      << (part) << "\nin:\n"                                                   \
      << (text)

#endif // DSC_TEST_UNIT_RECIPE_RECIPEFIXTURE_H
