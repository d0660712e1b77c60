//===- Payload.cpp - linking ----------------------------------------------===//

#include "compiler/Artifact/Payload.h"

#include "compiler/Artifact/Sections.h"
#include "compiler/Target/MachineCode/Tool.h"
#include "runtime/Artifact/Trailer.h"

using namespace dsc;

/// Links the objects `inputs` of `folder` to its file `output`.
static llvm::Error runLinker(const ToolFolder &folder,
                             llvm::ArrayRef<std::string> inputs,
                             llvm::StringRef output) {
  auto linker = findTool(DSC_LLD, {"ld.lld", "ld.lld-22"});
  if (!linker)
    return llvm::createStringError("found no linker: neither '" DSC_LLD
                                   "' nor ld.lld beside this program "
                                   "or on the PATH");
  // -z defs: undefined symbols are errors. --build-id=none and -s: nothing that
  // depends on the machine or the folder of the build.
  ToolCall call{*linker,
                {"-shared", "-z", "defs", "-z", "noexecstack", "-s",
                 "--build-id=none", "-O0", "--hash-style=gnu", "-o",
                 folder.file(output)},
                folder.file("log")};
  for (const std::string &input : inputs)
    call.arguments.push_back(folder.file(input));
  return runTools(call, "linking the payload");
}

llvm::Expected<std::string> dsc::linkPayload(const PayloadParts &parts) {
  llvm::StringRef first =
      parts.objects.empty() ? llvm::StringRef() : parts.objects.front();
  auto data = createDataObject(first, {{kRecipeSection, parts.recipe},
                                       {kPlanSection, parts.plan},
                                       {kImagesSection, parts.images}});
  if (!data)
    return data.takeError();

  ToolFolder folder;
  std::vector<std::string> inputs;
  auto add = [&](llvm::StringRef bytes) {
    inputs.push_back(std::to_string(inputs.size()) + ".o");
    folder.write(inputs.back(), bytes);
  };
  add(*data);
  for (const std::string &object : parts.objects)
    add(object);
  if (llvm::Error error = runLinker(folder, inputs, "payload.so"))
    return error;
  return folder.read("payload.so");
}
