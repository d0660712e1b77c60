//===- Compile.cpp - cases become objects and payloads --------------------===//

#include "test/unit/Conformance/Cases.h"

using namespace dsc;
using namespace dsc::test;

std::string dsc::test::compileObject(mlir::ModuleOp module,
                                     const std::string &level) {
  CompileOptions options;
  options.levels = {level};
  options.exportedTracks = "tracks";
  auto code = createCpuBackend()->compile(module, options);
  EXPECT_TRUE(succeeded(code)) << level;
  return succeeded(code) ? code->front().bytes : "";
}

std::string dsc::test::compilePayload(mlir::ModuleOp module,
                                      const std::string &level) {
  std::string object = compileObject(module, level);
  auto payload = linkPayload({object, "recipe", "plan", ""});
  if (payload)
    return *payload;
  ADD_FAILURE() << llvm::toString(payload.takeError());
  return "";
}
