//===- OpenEngine.cpp - the synthetic engine, or a library of one ---------===//

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Libraries.h"
#include "runtime/Engine/Engine.h"
#include "runtime/Engine/Search.h"
#include "runtime/Engine/Synthetic.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <dlfcn.h>

using namespace dsc;

/// libDscTorchEngine.so of the host, libDscTorchEngineName.so of device "name".
static std::string libraryOf(const std::string &device) {
  std::string suffix = device == "cpu" ? "" : device;
  if (!suffix.empty())
    suffix[0] = char(std::toupper(suffix[0]));
  return "libDscTorchEngine" + suffix + ".so";
}

std::vector<std::string> dsc::engineCandidates(const std::string &device) {
  return libraryCandidates(libraryOf(device));
}

bool dsc::isEngineOf(const std::string &choice, const std::string &device) {
  if (choice.empty()) {
    std::vector<std::string> paths = engineCandidates(device);
    return std::any_of(paths.begin(), paths.end(), pathExists);
  }
  if (isDirectory(choice))
    return pathExists(choice + "/" + libraryOf(device));
  return nameOf(choice) == libraryOf(device);
}

static std::unique_ptr<Engine> openLibrary(const std::string &path,
                                           const std::string &device) {
  // libgomp's threads spin between two parallel regions for milliseconds, which
  // starves everything else on a busy machine; it reads this when it is loaded.
  ::setenv("GOMP_SPINCOUNT", "1000", /*overwrite=*/0);
  void *handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw Error(Exit::artifact,
                "the engine '" + path + "' cannot be loaded: " + ::dlerror(),
                "'dsc doctor' shows what is missing");
  auto open =
      reinterpret_cast<EngineOpenFunction>(::dlsym(handle, "dscEngineOpen"));
  if (!open)
    throw Error(Exit::artifact, "'" + path +
                                    "' is not a dsc engine: it has no "
                                    "function 'dscEngineOpen'");
  std::string message;
  std::unique_ptr<Engine> engine(open(kEngineAbi, device.c_str(), &message));
  if (!engine)
    throw Error(Exit::artifact,
                "the engine '" + path + "' does not start: " + message);
  return engine;
}

std::unique_ptr<Engine> dsc::openEngine(const std::string &choice,
                                        const std::string &device) {
  if (choice == "synthetic")
    return openSyntheticEngine();
  if (!choice.empty()) {
    // Without a slash dlopen would look elsewhere than the user did.
    std::string path =
        choice.find('/') == std::string::npos ? "./" + choice : choice;
    if (isDirectory(path))
      path += "/" + libraryOf(device);
    if (!pathExists(path))
      throw Error(Exit::artifact, "there is no engine '" + choice + "'",
                  "give 'synthetic' or the path of " + libraryOf(device));
    return openLibrary(path, device);
  }
  std::string looked;
  for (const std::string &path : engineCandidates(device)) {
    if (pathExists(path))
      return openLibrary(path, device);
    looked += "\n    " + path;
  }
  throw Error(Exit::artifact, "no engine was found; looked for:" + looked,
              "give --engine PATH, or set DSC_HOME to the folder that has it; "
              "'dsc doctor' shows what is missing");
}
