//===- ImagesTest.cpp - code for other devices, written and read ----------===//

#include "runtime/Artifact/Images.h"
#include "compiler/Artifact/ImageWriter.h"
#include "runtime/Base/Error.h"

#include <gmock/gmock.h>

using namespace dsc;

namespace {

std::vector<DeviceImage> twoImages() {
  DeviceKernel update{"update", 256, 1024};
  DeviceImage text{"gpu", {TargetCode::deviceText, "old", "code", {update}}};
  update.registers = 40;
  update.sharedBytes = 8;
  update.localBytes = update.spillBytes = 0;
  DeviceImage binary{
      "gpu", {TargetCode::deviceBinary, "new", std::string(3, 0), {update}}};
  return {text, binary};
}

/// What reading `bytes` ends with: "" where it is a table.
std::string refusal(const std::string &bytes) {
  try {
    ImageTable table(bytes);
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::artifact);
    return error.what();
  }
  return "";
}

} // namespace

TEST(Images, ComeBackAsTheyWere) {
  ImageTable table(writeImages(twoImages()));
  const auto &images = *table.get()->images();
  ASSERT_EQ(images.size(), 2u);
  const images::Image &text = *images[0], &binary = *images[1];
  EXPECT_EQ(text.target()->str(), "gpu");
  EXPECT_EQ(text.level()->str(), "old");
  EXPECT_EQ(text.form(), images::Form::text);
  // Drivers take a text up to its 0.
  EXPECT_STREQ(reinterpret_cast<const char *>(text.code()->data()), "code");
  EXPECT_EQ(text.code()->size(), 5u);
  EXPECT_EQ(findKernel(text, "update")->registers(), -1);
  EXPECT_EQ(binary.form(), images::Form::binary);
  EXPECT_EQ(binary.code()->size(), 3u);
  const images::Kernel &kernel = *findKernel(binary, "update");
  EXPECT_EQ(kernel.threads(), 256);
  EXPECT_EQ(kernel.span(), 1024);
  EXPECT_EQ(kernel.registers(), 40);
  EXPECT_EQ(kernel.shared_bytes(), 8);
  EXPECT_EQ(findKernel(binary, "norm"), nullptr);
  for (const images::Image *image : images)
    EXPECT_EQ(reinterpret_cast<uintptr_t>(image->code()->data()) % 16, 0u);
}

TEST(Images, AreAbsentWhereThereAreNone) {
  EXPECT_EQ(writeImages({}), "");
  EXPECT_EQ(ImageTable("").get(), nullptr);
}

TEST(Images, RefuseWhatIsDamaged) {
  std::string whole = writeImages(twoImages());
  EXPECT_EQ(refusal(whole), "");
  EXPECT_THAT(refusal(whole.substr(0, whole.size() / 2)),
              testing::HasSubstr("damaged: its structure is wrong"));
  EXPECT_THAT(refusal("no images at all"), testing::HasSubstr("structure"));
  // No byte of it can make the reader fail in another way.
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = char(~bytes[i]);
    refusal(bytes);
  }
}

TEST(Images, RefuseWhatCannotBeLaunched) {
  std::vector<DeviceImage> images = twoImages();
  images[1].code.kernels[0].threads = 5000;
  EXPECT_THAT(refusal(writeImages(images)), testing::HasSubstr("geometry"));
  images = twoImages();
  images[0].code.kernels[0].span = -1;
  EXPECT_THAT(refusal(writeImages(images)), testing::HasSubstr("geometry"));
  images = twoImages();
  images[1].code.bytes = "";
  EXPECT_THAT(refusal(writeImages(images)), testing::HasSubstr("empty"));
  images = twoImages();
  images[0].code.level = "";
  EXPECT_THAT(refusal(writeImages(images)), testing::HasSubstr("no name"));
}
