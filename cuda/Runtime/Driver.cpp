//===- Driver.cpp ---------------------------------------------------------===//

#include "cuda/Runtime/Driver.h"

#include <dlfcn.h>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::cuda;

static constexpr char kLibrary[] = "libcuda.so.1";
static constexpr char kUseCpu[] = "'--device cpu' needs none";

std::string Driver::describe(Status status) const {
  const char *name = nullptr, *text = nullptr;
  if (errorName(status, &name) != kSuccess || !name)
    return fmt::format("CUDA error {}", status);
  errorText(status, &text);
  return fmt::format("{} ({})", name, text ? text : "no description");
}

void Driver::check(Status status, const std::string &what) const {
  if (status != kSuccess)
    throw Error(Exit::device, what + ": " + describe(status));
}

/// "12.4" of 12040.
static std::string versionText(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

static Driver findFunctions(void *library) {
  Driver driver;
  auto find = [&](auto &function, const char *symbol) {
    void *address = ::dlsym(library, symbol);
    if (!address)
      throw Error(Exit::device,
                  fmt::format("NVIDIA's driver is too old: it has no function "
                              "'{}', expected that of CUDA {} or newer",
                              symbol, versionText(kOldestDriver)),
                  "install a newer driver; " + std::string(kUseCpu));
    function = reinterpret_cast<std::decay_t<decltype(function)>>(address);
  };
#define DSC_CUDA_FIND(name, symbol, parameters) find(driver.name, #symbol);
  DSC_CUDA_FUNCTIONS(DSC_CUDA_FIND)
#undef DSC_CUDA_FIND
  return driver;
}

static Driver open() {
  void *library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw Error(Exit::device,
                "NVIDIA's driver is not installed here: " +
                    std::string(::dlerror()),
                kUseCpu);
  Driver driver = findFunctions(library);
  int version = 0;
  Status status = driver.initialise(0);
  if (status == kNoDevice)
    throw Error(Exit::device, "NVIDIA's driver finds no device", kUseCpu);
  driver.check(status, "NVIDIA's driver does not start");
  driver.check(driver.driverVersion(&version), "NVIDIA's driver");
  if (version < kOldestDriver)
    throw Error(Exit::device,
                fmt::format("NVIDIA's driver is too old: it is for CUDA {}, "
                            "expected {} or newer",
                            versionText(version), versionText(kOldestDriver)),
                "install a newer driver; " + std::string(kUseCpu));
  return driver;
}

const Driver &cuda::openDriver() {
  static const Driver driver = open();
  return driver;
}
