//===- Compile.cpp - cases become payloads --------------------===//

#include "compiler/Artifact/ImageWriter.h"
#include "compiler/Target/Backends.h"
#include "test/unit/Conformance/Cases.h"

using namespace dsc;
using namespace dsc::test;

/// Code for a level, by the backend that knows it; of a device, its text comes
/// first.
static DeviceImage compileLevel(mlir::ModuleOp module,
                                const std::string &level) {
  CompileOptions options;
  options.levels = {level};
  options.exportedTracks = "tracks";
  for (auto &backend : createBackends()) {
    if (!llvm::is_contained(backend->getLevels(), level))
      continue;
    auto pending = backend->compile(module, options);
    if (failed(pending))
      break;
    auto code = waitForCode(std::move(*pending), module.getContext());
    if (succeeded(code))
      return {backend->getName().str(), code->front()};
  }
  ADD_FAILURE() << "no code for " << level;
  return {};
}

std::string dsc::test::compilePayload(mlir::ModuleOp module,
                                      const std::string &level) {
  DeviceImage image = compileLevel(module, level);
  PayloadParts parts{{}, "recipe", "plan", ""};
  std::string images;
  if (image.code.kind == TargetCode::object)
    parts.objects = image.code.bytes;
  else
    parts.images = images = writeImages(image);
  auto payload = linkPayload(parts);
  if (payload)
    return *payload;
  ADD_FAILURE() << llvm::toString(payload.takeError());
  return "";
}
