//===- PipelinesTest.cpp - the recipes that users start from --------------===//

#include "Harness.h"

#include "llvm/Support/FileSystem.h"

using namespace dsc;

TEST(Pipelines, SchedulesResolveWithoutAWord) {
  std::error_code error;
  int found = 0;
  for (llvm::sys::fs::directory_iterator at(PIPELINES, error), end;
       at != end && !error; at.increment(error)) {
    llvm::StringRef path = at->path();
    if (!path.ends_with(".toml"))
      continue;
    ++found;
    std::ifstream in(path.str());
    std::string text((std::istreambuf_iterator<char>(in)), {});
    // Data may not be there, and a schedule in epochs would ask for them.
    Recipe recipe(text);
    ASSERT_TRUE(recipe) << path.str() << "\n" << recipe.said();
    EXPECT_TRUE(recipe.resolve(true)) << path.str() << "\n" << recipe.said();
    EXPECT_TRUE(recipe.messages.empty()) << path.str() << "\n" << recipe.said();
  }
  EXPECT_FALSE(error) << error.message();
  EXPECT_GE(found, 4);
}
