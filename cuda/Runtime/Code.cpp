//===- Code.cpp -----------------------------------------------------------===//

#include "cuda/Runtime/Code.h"

#include "cuda/Runtime/Images.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::cuda;

unsigned LoadedKernel::blocksFor(int64_t count) const {
  if (span == 0)
    return 1;
  int64_t blocks = (count + span - 1) / span;
  return unsigned(std::clamp<int64_t>(blocks, 1, mostBlocks));
}

/// Machine code runs on its own family from its level on, text on any level
/// from its own on.
static bool fits(const CodeImage &image, int device) {
  return image.level <= device &&
         (image.isText || image.level / 10 == device / 10);
}

/// The index of the best image, or -1. Of two that fit, machine code is better,
/// then the higher level.
static int choose(const std::vector<CodeImage> &images, int device) {
  int best = -1;
  auto rank = [&](int i) {
    return (images[i].isText ? 0 : 1000) + images[i].level;
  };
  for (int i = 0; i < int(images.size()); ++i)
    if (fits(images[i], device) && (best < 0 || rank(i) > rank(best)))
      best = i;
  return best;
}

static std::string listed(const std::vector<CodeImage> &images) {
  std::string text;
  for (const CodeImage &image : images)
    text += fmt::format("{}sm_{}{}", text.empty() ? "" : ", ", image.level,
                        image.isText ? " (PTX)" : "");
  return text;
}

Code::Code(const Gpu &gpu, const char *text, const std::string &what)
    : gpu(gpu) {
  load(text, /*isText=*/true, what);
}

CodeImage cuda::chooseImage(const Artifact &artifact,
                            const DeviceFacts &device) {
  std::vector<CodeImage> images = imagesOf(artifact);
  if (images.empty())
    throw Error(Exit::artifact,
                "'" + artifact.path() + "' has no code for " +
                    device.describe(),
                "compile it with '--target cpu,cuda'");
  int chosen = choose(images, device.level);
  if (chosen < 0)
    throw Error(Exit::artifact,
                fmt::format("'{}' has code for {}, and this device is {}",
                            artifact.path(), listed(images), device.describe()),
                "give '--device cpu', or a newer dsc may know the device");
  return images[size_t(chosen)];
}

Code::Code(const Gpu &gpu, const Artifact &artifact)
    : gpu(gpu), image(chooseImage(artifact, gpu.facts)),
      level(fmt::format("{}sm_{}",
                        image.isText ? "compiled here from PTX for " : "",
                        image.level)) {
  std::string bytes(image.bytes); // text has to end in a null character
  load(bytes.c_str(), image.isText, "the kernels of '" + artifact.path() + "'");
}

void Code::load(const void *bytes, bool isText, const std::string &what) {
  char log[4096] = "";
  int options[] = {kErrorLog, kErrorLogBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  Status status =
      gpu.driver.loadModule(&module, bytes, isText ? 2 : 0, options, values);
  gpu.check(status, what + (isText ? ", compiled from PTX" : "") +
                        (*log ? std::string(" (") + log + ")" : ""));
}

LoadedKernel Code::find(const std::string &name, unsigned threads,
                        int64_t span) const {
  LoadedKernel kernel;
  kernel.threads = threads;
  kernel.span = span;
  int blocks = 0;
  gpu.check(gpu.driver.getFunction(&kernel.function, module, name.c_str()),
            "kernel '" + name + "'");
  gpu.check(gpu.driver.activeBlocks(&blocks, kernel.function, int(threads), 0),
            "kernel '" + name + "'");
  kernel.mostBlocks = unsigned(std::max(blocks, 1) * gpu.facts.multiprocessors);
  return kernel;
}

LoadedKernel Code::find(const plan::Kernel &kernel) const {
  for (const KernelImage &found : image.kernels)
    if (found.name == kernel.name()->string_view())
      return find(found.name, found.threads, found.span);
  throw Error(Exit::artifact,
              "the device's code has no kernel '" + kernel.name()->str() + "'",
              "compile the recipe again");
}
