//===- Code.cpp -----------------------------------------------------------===//

#include "cuda/Runtime/Code.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::cuda;

unsigned LoadedKernel::blocksFor(int64_t count) const {
  if (span == 0)
    return 1;
  int64_t blocks = (count + span - 1) / span;
  return unsigned(std::clamp<int64_t>(blocks, 1, mostBlocks));
}

static constexpr std::string_view kTarget = "cuda";

static bool isText(const images::Image &image) {
  return image.form() == images::Form::text;
}

/// 90 of "sm_90"; -1 for what is no level of ours.
static int levelOf(const images::Image &image) {
  int level = -1;
  if (std::sscanf(image.level()->c_str(), "sm_%d", &level) != 1)
    return -1;
  return level;
}

static std::vector<const images::Image *> imagesOf(const Artifact &artifact) {
  std::vector<const images::Image *> found;
  if (artifact.images())
    for (const images::Image *image : *artifact.images()->images())
      if (image->target()->string_view() == kTarget)
        found.push_back(image);
  return found;
}

/// Machine code runs on its own family from its level on, text on any level
/// from its own on.
static bool fits(const images::Image &image, int device) {
  int level = levelOf(image);
  return level >= 0 && level <= device &&
         (isText(image) || level / 10 == device / 10);
}

/// Of two that fit machine code is better, then the higher level.
static int rankOf(const images::Image &image) {
  return (isText(image) ? 0 : 1000) + levelOf(image);
}

static std::string listed(const std::vector<const images::Image *> &images) {
  std::string text;
  for (const images::Image *image : images)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ",
                        image->level()->string_view(),
                        isText(*image) ? " (PTX)" : "");
  return text;
}

/// The best of them that the device can run, or null.
static const images::Image *
bestOf(const std::vector<const images::Image *> &images, int device) {
  const images::Image *best = nullptr;
  for (const images::Image *image : images)
    if (fits(*image, device) && (!best || rankOf(*image) > rankOf(*best)))
      best = image;
  return best;
}

const images::Image &cuda::chooseImage(const Artifact &artifact,
                                       const DeviceFacts &device) {
  std::vector<const images::Image *> images = imagesOf(artifact);
  if (const images::Image *best = bestOf(images, device.level))
    return *best;
  if (images.empty())
    throw Error(Exit::artifact,
                "'" + artifact.path() + "' has no code for " +
                    device.describe(),
                "compile it with '--target cpu,cuda'");
  throw Error(Exit::artifact,
              fmt::format("'{}' has code for {}, and this device is {}",
                          artifact.path(), listed(images), device.describe()),
              "give '--device cpu', or a newer dsc may know the device");
}

static const images::Image *textFor(const Artifact &artifact, int device) {
  std::vector<const images::Image *> texts = imagesOf(artifact);
  std::erase_if(texts,
                [](const images::Image *image) { return !isText(*image); });
  return bestOf(texts, device);
}

/// What an older driver says of machine code that is newer than itself.
static bool isTooNew(Status status) {
  return status == kInvalidImage || status == kNoBinary;
}

Status Code::load(const void *bytes, bool isText, std::string &log) {
  char words[4096] = "";
  int options[] = {kErrorLog, kErrorLogBytes};
  void *values[] = {words, reinterpret_cast<void *>(sizeof(words))};
  Status status =
      gpu.driver.loadModule(&module, bytes, isText ? 2 : 0, options, values);
  log = words[0] ? std::string(" (") + words + ")" : "";
  return status;
}

Code::Code(const Gpu &gpu, const char *text, const std::string &what)
    : gpu(gpu) {
  std::string log;
  Status status = load(text, /*isText=*/true, log);
  gpu.check(status, what + ", compiled from PTX" + log);
}

Code::Code(const Gpu &gpu, const Artifact &artifact)
    : gpu(gpu), image(&chooseImage(artifact, gpu.facts)) {
  std::string log;
  Status status = load(image->code()->data(), isText(*image), log);
  const images::Image *text = textFor(artifact, gpu.facts.level);
  if (isTooNew(status) && !isText(*image) && text) {
    image = text;
    status = load(image->code()->data(), /*isText=*/true, log);
  }
  gpu.check(status, "the kernels of '" + artifact.path() + "'" + log);
  level = (isText(*image) ? "compiled here from PTX for " : "") +
          image->level()->str();
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
  std::string name = kernel.name()->str();
  const images::Kernel *found = findKernel(*image, name);
  if (!found)
    throw Error(Exit::artifact,
                "the device's code has no kernel '" + name + "'",
                "compile the recipe again");
  return find(name, unsigned(found->threads()), found->span());
}
