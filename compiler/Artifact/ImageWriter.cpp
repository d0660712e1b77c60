//===- ImageWriter.cpp ----------------------------------------------------===//

#include "compiler/Artifact/ImageWriter.h"

#include "runtime/Artifact/Images_generated.h"

using namespace dsc;
namespace fbs = flatbuffers;

/// What Images.fbs aligns code to.
static constexpr size_t kCodeAlignment = 16;

static fbs::Offset<images::Kernel> writeKernel(fbs::FlatBufferBuilder &out,
                                               const DeviceKernel &kernel) {
  return images::CreateKernel(out, out.CreateString(kernel.name),
                              int32_t(kernel.threads), kernel.span,
                              int32_t(kernel.registers), kernel.sharedBytes,
                              kernel.localBytes, kernel.spillBytes);
}

static fbs::Offset<images::Image> writeImage(fbs::FlatBufferBuilder &out,
                                             const DeviceImage &image) {
  std::vector<fbs::Offset<images::Kernel>> kernels;
  for (const DeviceKernel &kernel : image.code.kernels)
    kernels.push_back(writeKernel(out, kernel));
  bool isText = image.code.kind == TargetCode::deviceText;
  // A string's own 0 ends a text.
  const std::string &bytes = image.code.bytes;
  size_t size = bytes.size() + (isText ? 1 : 0);
  out.ForceVectorAlignment(size, 1, kCodeAlignment);
  auto code =
      out.CreateVector(reinterpret_cast<const uint8_t *>(bytes.c_str()), size);
  return images::CreateImage(out, out.CreateString(image.target),
                             out.CreateString(image.code.level),
                             isText ? images::Form::text : images::Form::binary,
                             out.CreateVector(kernels), code);
}

std::string dsc::writeImages(llvm::ArrayRef<DeviceImage> all) {
  if (all.empty())
    return "";
  fbs::FlatBufferBuilder out;
  std::vector<fbs::Offset<images::Image>> offsets;
  for (const DeviceImage &image : all)
    offsets.push_back(writeImage(out, image));
  images::FinishImagesBuffer(
      out, images::CreateImages(out, out.CreateVector(offsets)));
  return std::string(reinterpret_cast<const char *>(out.GetBufferPointer()),
                     out.GetSize());
}
