//===- Kernels.cpp --------------------------------------------------------===//

#include "runtime/Artifact/Kernels.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <iterator>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <sys/platform/x86.h>
#endif

using namespace dsc;

std::vector<double> KernelTable::tracksAt(const plan::Plan &plan, int64_t step,
                                          ScheduleState state) const {
  std::vector<double> values(plan.tracks()->size());
  state.resize(plan.state() ? plan.state()->size() : 0);
  tracks(step, values.data(), state.data());
  return values;
}

bool dsc::cpuHasIsa(std::string_view level) {
#if defined(__x86_64__)
  // glibc's view of the CPU, which knows what GLIBC_TUNABLES masks.
  bool v3 = CPU_FEATURE_ACTIVE(AVX) && CPU_FEATURE_ACTIVE(AVX2) &&
            CPU_FEATURE_ACTIVE(BMI1) && CPU_FEATURE_ACTIVE(BMI2) &&
            CPU_FEATURE_ACTIVE(F16C) && CPU_FEATURE_ACTIVE(FMA) &&
            CPU_FEATURE_ACTIVE(LZCNT) && CPU_FEATURE_ACTIVE(MOVBE);
  bool v4 = v3 && CPU_FEATURE_ACTIVE(AVX512F) && CPU_FEATURE_ACTIVE(AVX512BW) &&
            CPU_FEATURE_ACTIVE(AVX512CD) && CPU_FEATURE_ACTIVE(AVX512DQ) &&
            CPU_FEATURE_ACTIVE(AVX512VL);
  return level == "x86_64_v3" ? v3 : level == "x86_64_v4" && v4;
#else
  return false;
#endif
}

/// dlopen takes a path only: the bytes that were checked go into a file in
/// memory, and /proc names it.
static void *mapPayload(const Artifact &artifact) {
  std::string_view bytes = artifact.payload();
  int descriptor = ::memfd_create("dsc-payload", MFD_CLOEXEC);
  if (descriptor < 0)
    throw Error(Exit::internal, std::string("cannot make a file in memory: ") +
                                    std::strerror(errno));
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t count =
        ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno != EINTR) {
      ::close(descriptor);
      throw Error(Exit::internal, "cannot fill a file in memory");
    }
    done += std::max<ssize_t>(count, 0);
  }
  std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  void *handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  ::close(descriptor);
  if (!handle)
    throw Error(Exit::artifact,
                "'" + artifact.path() + "' cannot be loaded: " + ::dlerror());
  return handle;
}

/// ISA levels for which the payload has every kernel, best last.
static std::vector<std::string> levelsIn(void *handle,
                                         const Artifact &artifact) {
  std::vector<std::string> levels;
  for (const char *level : kCpuIsaLevels) {
    std::string suffix = std::string("__") + level;
    bool complete = ::dlsym(handle, (kTracksSymbol + suffix).c_str());
    for (const plan::Kernel *kernel : *artifact.plan().kernels())
      complete &=
          ::dlsym(handle, (kernel->name()->str() + suffix).c_str()) != nullptr;
    if (complete)
      levels.push_back(level);
  }
  return levels;
}

static std::string chooseLevel(const std::vector<std::string> &levels,
                               const std::string &wanted,
                               const Artifact &artifact) {
  std::string listed, best;
  for (const std::string &level : levels) {
    listed += (listed.empty() ? "" : ", ") + level;
    if (cpuHasIsa(level) && (wanted.empty() || wanted == level))
      best = level;
  }
  if (!best.empty())
    return best;
  std::string found = listed.empty() ? "none that is complete" : listed;
  throw Error(Exit::artifact,
              "'" + artifact.path() + "' has kernels for " + found + ", and " +
                  (wanted.empty()
                       ? "this CPU runs none of them"
                       : "'" + wanted + "' was asked for, which " +
                             (cpuHasIsa(wanted) ? "it does not hold"
                                                : "this CPU does not have")),
              wanted.empty() ? "" : "without DSC_ISA the best one is taken");
}

KernelTable dsc::loadKernels(const Artifact &artifact, std::string isa) {
  if (const char *forced = std::getenv("DSC_ISA"); forced && isa.empty())
    isa = forced;
  void *handle = mapPayload(artifact);
  KernelTable table;
  table.isa = chooseLevel(levelsIn(handle, artifact), isa, artifact);
  std::string suffix = "__" + table.isa;
  for (const plan::Kernel *kernel : *artifact.plan().kernels())
    table.kernels.push_back(reinterpret_cast<CpuKernel>(
        ::dlsym(handle, (kernel->name()->str() + suffix).c_str())));
  table.tracks = reinterpret_cast<TracksFunction>(
      ::dlsym(handle, (kTracksSymbol + suffix).c_str()));
  return table;
}
