//===- Images.h - code for devices other than the CPU -----------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_IMAGES_H
#define DSC_RUNTIME_ARTIFACT_IMAGES_H

#include "runtime/Artifact/Images_generated.h"

#include <string_view>
#include <vector>

namespace dsc {

/// The images of a payload, read in place from a copy that is aligned as
/// drivers want it.
class ImageTable {
public:
  ImageTable() = default;

  /// Takes the bytes of a FlatBuffer; none of them is a table without images.
  /// Throws dsc::Error(Exit::artifact) naming the first thing that is wrong.
  explicit ImageTable(std::string_view bytes);

  /// Null where there are none.
  const images::Images *get() const { return root; }

private:
  struct alignas(16) Chunk {
    char bytes[16];
  };
  std::vector<Chunk> chunks;
  const images::Images *root = nullptr;
};

/// An image's entry of that name, or null.
const images::Kernel *findKernel(const images::Image &image,
                                 std::string_view name);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_IMAGES_H
