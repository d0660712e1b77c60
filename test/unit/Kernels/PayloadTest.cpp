//===- PayloadTest.cpp - the shared object and the executable -------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include "runtime/Artifact/Trailer.h"
#include "runtime/Base/Hash.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <sstream>

using namespace dsc;
using namespace dsc::test;
using Object = llvm::object::ELFObjectFile<llvm::object::ELF64LE>;

namespace {

std::string link(llvm::ArrayRef<std::string> objects) {
  auto payload = linkPayload({objects, "name = \"x\"\n", "PLAN", ""});
  EXPECT_TRUE(bool(payload)) << llvm::toString(payload.takeError());
  return *payload;
}

std::string readAll(const std::string &path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Contents of a section; "" where there is none.
std::string section(const Object &object, llvm::StringRef name) {
  for (const auto &part : object.sections())
    if (llvm::cantFail(part.getName()) == name)
      return llvm::cantFail(part.getContents()).str();
  return "";
}

Object open(const std::string &payload) {
  return llvm::cantFail(
      Object::create(llvm::MemoryBufferRef(payload, "payload")));
}

} // namespace

TEST(Payload, NeedsNothingAndHoldsItsParts) {
  Program program(singleGroup("adamw", 5000));
  std::string payload =
      link({program.compile("x86-64-v3"), program.compile("x86-64-v4")});
  Object object = open(payload);
  EXPECT_EQ(section(object, kRecipeSection), "name = \"x\"\n");
  EXPECT_EQ(section(object, kPlanSection), "PLAN");
  EXPECT_EQ(section(object, kImagesSection), "");
  std::vector<std::string> names;
  for (const auto &symbol : object.getDynamicSymbolIterators()) {
    EXPECT_FALSE(llvm::cantFail(symbol.getFlags()) &
                 llvm::object::SymbolRef::SF_Undefined);
    EXPECT_GT(symbol.getSize(), 0u);
    names.push_back(llvm::cantFail(symbol.getName()).str());
  }
  EXPECT_THAT(names,
              testing::UnorderedElementsAre(
                  "norm__x86_64_v3", "norm__x86_64_v4", "finish__x86_64_v3",
                  "finish__x86_64_v4", "update_default__x86_64_v3",
                  "update_default__x86_64_v4", "dsc_tracks__x86_64_v3",
                  "dsc_tracks__x86_64_v4"));
  for (const auto &entry : llvm::cantFail(object.getELFFile().dynamicEntries()))
    EXPECT_NE(entry.d_tag, llvm::ELF::DT_NEEDED);
}

TEST(Payload, IsTheSameForTheSameInput) {
  Program first(singleGroup("adamw", 5000)), second(singleGroup("adamw", 5000));
  EXPECT_EQ(link({first.compile("x86-64-v3")}),
            link({second.compile("x86-64-v3")}));
}

TEST(Payload, RefusesWhatIsNoObject) {
  std::string objects[] = {"no object"};
  auto payload = linkPayload({objects, "r", "p", ""});
  ASSERT_FALSE(bool(payload));
  EXPECT_NE(llvm::toString(payload.takeError()), "");
}

TEST(Executable, EndsInATrailerThatHolds) {
  TemporaryFile launcher(std::string(5000, 'L')), target;
  ASSERT_FALSE(bool(writeExecutable(launcher.path, "payload", target.path)));
  std::string bytes = readAll(target.path);
  Trailer trailer;
  ASSERT_EQ(bytes.size(), 8192 + 7 + sizeof trailer);
  std::memcpy(&trailer, bytes.data() + bytes.size() - sizeof trailer,
              sizeof trailer);
  EXPECT_EQ(std::memcmp(trailer.magic, "DSCBIN01", 8), 0);
  EXPECT_EQ(trailer.payloadOffset, 8192u);
  EXPECT_EQ(trailer.payloadSize, 7u);
  EXPECT_EQ(trailer.format, kPlanFormat);
  EXPECT_EQ(bytes.substr(8192, 7), "payload");
  Sha256 hash = sha256(std::string_view(bytes).substr(0, bytes.size() - 32));
  EXPECT_EQ(std::memcmp(trailer.hash, hash.data(), 32), 0);
  EXPECT_TRUE(llvm::sys::fs::can_execute(target.path));
}

TEST(Executable, SaysWhatCouldNotBeWritten) {
  TemporaryFile launcher("L");
  EXPECT_THAT(llvm::toString(writeExecutable(launcher.path, "p",
                                             "/no/such/folder/binary")),
              testing::HasSubstr("cannot write '/no/such/folder/binary'"));
  EXPECT_THAT(llvm::toString(writeExecutable("/no/launcher", "p", "/tmp/x")),
              testing::HasSubstr("cannot read '/no/launcher'"));
}
