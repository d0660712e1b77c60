//===- Nccl.cpp -----------------------------------------------------------===//

#include "cuda/Runtime/Nccl.h"

#include "runtime/Base/Files.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::cuda::nccl;

static constexpr char kRemedy[] =
    "install NCCL 2, or set DSC_NCCL to the file libnccl.so.2";

/// "2.28.9" of 22809.
static std::string versionText(int version) {
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100,
                     version % 100);
}

void Library::check(Result result, Comm comm) const {
  if (result == kDone || result == kInProgress)
    return;
  Exit code = result == kDriverError ? Exit::device
              : result == kInvalidArgument || result == kInvalidUsage
                  ? Exit::internal
                  : Exit::peer;
  std::string text = std::string("NCCL: ") + errorText(result);
  if (const char *more = lastError(comm); more && *more)
    text += fmt::format(" ({})", more);
  throw Error(code, text);
}

static Library findFunctions(void *handle, const std::string &name) {
  Library library;
  auto find = [&](auto &function, const char *symbol) {
    void *address = ::dlsym(handle, symbol);
    if (!address)
      throw Error(Exit::artifact,
                  fmt::format("'{}' is not an NCCL that will do: it has no "
                              "function '{}', expected that of {} or newer",
                              name, symbol, versionText(kOldest)),
                  kRemedy);
    function = reinterpret_cast<std::decay_t<decltype(function)>>(address);
  };
#define DSC_NCCL_FIND(type, name, symbol, parameters)                          \
  find(library.name, #symbol);
  DSC_NCCL_FUNCTIONS(DSC_NCCL_FIND)
#undef DSC_NCCL_FIND
  return library;
}

/// LibTorch's CUDA half links NCCL by the same name, and a process has one of
/// a name: the one that came with it goes before the machine's.
static std::string chooseLibrary() {
  if (const char *chosen = std::getenv("DSC_NCCL"); chosen && *chosen)
    return chosen;
  return pathExists(DSC_LIBTORCH_NCCL) ? DSC_LIBTORCH_NCCL : "libnccl.so.2";
}

static Library open() {
  std::string name = chooseLibrary();
  void *handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw Error(Exit::artifact,
                "NCCL cannot be opened: " + std::string(::dlerror()), kRemedy);
  Library library = findFunctions(handle, name);
  int version = 0;
  library.check(library.getVersion(&version), nullptr);
  library.version = versionText(version);
  if (version < kOldest || version >= kNext)
    throw Error(Exit::artifact,
                fmt::format("'{}' is NCCL {}, expected {} or newer, and older "
                            "than {}",
                            name, library.version, versionText(kOldest),
                            versionText(kNext)),
                kRemedy);
  return library;
}

const Library &cuda::nccl::openLibrary() {
  static const Library library = open();
  return library;
}
