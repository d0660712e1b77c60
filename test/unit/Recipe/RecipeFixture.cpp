//===- RecipeFixture.cpp - recipes for tests ------------------------------===//

#include "RecipeFixture.h"

#include <fstream>
#include <unistd.h>

const char *const wholeRecipe = R"(dsc = 1
name = "char-gpt"

[model]
kind = "gpt2"
layers = 4
heads = 4
width = 128
context = 64

[data]
tokenizer = "bytes"
sequence = 64

[[data.source]]
name = "words"
kind = "text"
path = "words.txt"
holdout = "5%"
record = "line"

[[eval]]
name = "words"
source = "words"
every = "200 steps"

[optimizer]
kind = "adamw"
betas = [0.9, 0.95]
weight_decay = 0.1
clip_norm = 1.0

[[optimizer.group]]
name = "no-decay"
match = { names = ["*.bias"], dims = 1 }
weight_decay = 0.0

[schedule]
peak = 0.003

[[schedule.phase]]
name = "warmup"
kind = "linear"
length = "5%"
from = 0.0

[[schedule.phase]]
name = "anneal"
kind = "cosine"
length = "rest"
momentum = { from = 0.95, to = 0.85 }
to = "10%"

[train]
length = "1000 steps"
batch = 32
seed = 1337

[parallel]
data = "auto"
)";

RecipeTest::RecipeTest() : before(std::filesystem::current_path()) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "dsc-recipe-XXXXXX").string();
  folder = mkdtemp(pattern.data());
  std::filesystem::current_path(folder);
}

RecipeTest::~RecipeTest() {
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

void RecipeTest::write(const std::string &name, const std::string &text) {
  std::filesystem::path path(name);
  if (path.has_parent_path())
    std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

bool RecipeTest::load(dsc::RecipeInputs inputs) {
  printer.reset();
  printer = std::make_unique<dsc::DiagnosticPrinter>(context);
  auto loaded = dsc::loadRecipe(context, inputs);
  module = loaded.complete ? std::move(loaded.module) : nullptr;
  EXPECT_EQ(static_cast<bool>(module), printer->getErrorCount() == 0)
      << getReport();
  return static_cast<bool>(module);
}

bool RecipeTest::loadText(const std::string &text) {
  write("recipe.toml", text);
  return load({"recipe.toml", {}, {}, {}});
}

std::string RecipeTest::getReport() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  printer->print(stream);
  return text;
}

std::string RecipeTest::print(bool origins) {
  mlir::Operation *recipe = &module->getBody()->front();
  return dsc::printRecipe(recipe, {origins});
}

mlir::Operation *RecipeTest::find(llvm::StringRef opName) {
  mlir::Operation *found = nullptr;
  module->walk([&](mlir::Operation *op) {
    if (op->getName().getStringRef() != opName)
      return mlir::WalkResult::advance();
    found = op;
    return mlir::WalkResult::interrupt();
  });
  return found;
}
