//===- Images.cpp ---------------------------------------------------------===//

#include "runtime/Artifact/Images.h"

#include "runtime/Base/Error.h"

#include <cstring>

using namespace dsc;

/// More threads than any device lets a block have.
static constexpr int32_t kMostThreads = 1024;

static void check(bool good, const char *what) {
  if (!good)
    throw Error(Exit::artifact,
                std::string("the code for other devices is damaged: ") + what,
                "compile the recipe again");
}

static void validate(const images::Image &image) {
  check(image.target()->size() > 0 && image.level()->size() > 0,
        "an image has no name");
  check(image.code()->size() > 0, "an image is empty");
  check(image.form() == images::Form::text ||
            image.form() == images::Form::binary,
        "an image has an unknown form");
  check(image.form() == images::Form::binary ||
            image.code()->Get(image.code()->size() - 1) == 0,
        "a text does not end");
  for (const images::Kernel *kernel : *image.kernels()) {
    check(kernel->name()->size() > 0, "a kernel has no name");
    check(kernel->threads() > 0 && kernel->threads() <= kMostThreads &&
              kernel->span() >= 0,
          "a kernel's geometry is none");
  }
}

ImageTable::ImageTable(std::string_view bytes) {
  if (bytes.empty())
    return;
  chunks.resize((bytes.size() + sizeof(Chunk) - 1) / sizeof(Chunk));
  std::memcpy(chunks.data(), bytes.data(), bytes.size());
  flatbuffers::Verifier verifier(
      reinterpret_cast<const uint8_t *>(chunks.data()), bytes.size());
  check(images::VerifyImagesBuffer(verifier), "its structure is wrong");
  root = images::GetImages(chunks.data());
  for (const images::Image *image : *root->images())
    validate(*image);
}

const images::Kernel *dsc::findKernel(const images::Image &image,
                                      std::string_view name) {
  for (const images::Kernel *kernel : *image.kernels())
    if (kernel->name()->string_view() == name)
      return kernel;
  return nullptr;
}
