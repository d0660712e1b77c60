//===- Gloo.cpp - opens the library that speaks through Gloo --------------===//

#include "runtime/Collectives/Gloo.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Libraries.h"
#include "runtime/Collectives/Communicators.h"

#include <dlfcn.h>

using namespace dsc;

static constexpr char kLibrary[] = "libDscGloo.so";

static std::string findLibrary() {
  std::string looked;
  for (const std::string &path : libraryCandidates(kLibrary)) {
    if (pathExists(path))
      return path;
    looked += "\n    " + path;
  }
  throw Error(Exit::artifact,
              "the library for communicator 'gloo' was not found; looked for:" +
                  looked,
              "set DSC_HOME to the folder that has it; ranks of one host need "
              "none: take communicator 'shared-memory'");
}

static GlooOpenFunction findOpen(const std::string &path) {
  void *handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw Error(Exit::artifact,
                "'" + path + "' cannot be loaded: " + ::dlerror(),
                "'dsc doctor' shows what is missing");
  auto open =
      reinterpret_cast<GlooOpenFunction>(::dlsym(handle, "dscGlooOpen"));
  if (!open)
    throw Error(Exit::artifact, "'" + path +
                                    "' is not the library for communicator "
                                    "'gloo': it has no function 'dscGlooOpen'");
  return open;
}

std::unique_ptr<Communicator> dsc::openGloo(const World &world) {
  std::string path = findLibrary();
  GlooOpenFunction open = findOpen(path);
  std::string message;
  std::unique_ptr<Communicator> communicator(open(kGlooAbi, &world, &message));
  if (!communicator)
    throw Error(Exit::artifact, "'" + path + "' does not fit: " + message,
                "build it together with this program");
  return communicator;
}

std::string dsc::surveyGloo() {
  std::string path = findLibrary();
  findOpen(path);
  return path;
}
