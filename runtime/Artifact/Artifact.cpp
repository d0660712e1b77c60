//===- Artifact.cpp -------------------------------------------------------===//

#include "runtime/Artifact/Artifact.h"

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Trailer.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"

#include <cstring>
#include <fstream>

using namespace dsc;

bool dsc::isTrainingBinary(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  Trailer trailer;
  file.seekg(-std::streamoff(sizeof(Trailer)), std::ios::end);
  file.read(reinterpret_cast<char *>(&trailer), sizeof(Trailer));
  return file && std::memcmp(trailer.magic, kTrailerMagic, 8) == 0;
}

Artifact::Artifact(const std::string &path) : filePath(path) {
  try {
    contents = readFile(path);
  } catch (const Error &error) {
    throw Error(Exit::artifact, error.what(),
                "make a training binary with 'dsc compile recipe.toml'");
  }
  readTrailer();
  readPayload();
  fileHash = sha256Hex(contents);
}

void Artifact::readTrailer() {
  auto refuse = [&](const std::string &reason, const std::string &hint) {
    throw Error(Exit::artifact, "'" + filePath + "' " + reason, hint);
  };
  Trailer trailer;
  if (contents.size() < sizeof(Trailer))
    refuse("is not a training binary: it has " +
               std::to_string(contents.size()) + " bytes",
           "make one with 'dsc compile recipe.toml'");
  size_t end = contents.size() - sizeof(Trailer);
  std::memcpy(&trailer, contents.data() + end, sizeof(Trailer));
  if (std::memcmp(trailer.magic, kTrailerMagic, 8) != 0)
    refuse("is not a training binary, or its end is missing",
           "make one with 'dsc compile recipe.toml'");
  Sha256 hash = sha256(std::string_view(contents).substr(
      0, contents.size() - sizeof(trailer.hash)));
  if (std::memcmp(hash.data(), trailer.hash, hash.size()) != 0)
    refuse("is damaged: its contents do not match the hash at its end",
           "copy it again, or compile it again");
  if (trailer.format != kPlanFormat || trailer.zero != 0)
    refuse("has format " + std::to_string(trailer.format) +
               ", and this dsc reads format " + std::to_string(kPlanFormat),
           "compile the recipe again with this dsc");
  if (trailer.payloadOffset > end ||
      trailer.payloadSize != end - trailer.payloadOffset)
    refuse("is damaged: its payload does not fill the place before its end",
           "compile it again");
  payloadBytes = std::string_view(contents).substr(trailer.payloadOffset,
                                                   trailer.payloadSize);
}

void Artifact::readPayload() {
  try {
    ElfView elf(payloadBytes);
    std::string_view planBytes;
    if (!elf.section(kPlanSection, planBytes) || planBytes.empty() ||
        !elf.section(kRecipeSection, recipeText))
      throw Error(Exit::artifact, "the payload holds no plan or no recipe");
    std::string_view imageBytes;
    if (elf.section(kImagesSection, imageBytes))
      deviceImages = ImageTable(imageBytes);
    while (!recipeText.empty() && recipeText.back() == '\0')
      recipeText.remove_suffix(1);
    planWords.resize((planBytes.size() + 7) / 8);
    std::memcpy(planWords.data(), planBytes.data(), planBytes.size());
    planRoot = readPlan(
        {reinterpret_cast<char *>(planWords.data()), planBytes.size()});
  } catch (const Error &error) {
    throw Error(error.code(), "'" + filePath + "': " + error.what(),
                error.hint());
  }
}

std::vector<ElfFunction> Artifact::functions() const {
  return ElfView(payloadBytes).functions();
}

const plan::Plan *dsc::readPlan(std::string_view bytes) {
  flatbuffers::Verifier verifier(
      reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(),
      /*max_depth=*/64, /*max_tables=*/100000000);
  if (!plan::VerifyPlanBuffer(verifier))
    throw Error(Exit::artifact, "the plan is damaged: its structure is wrong");
  const plan::Plan *root = plan::GetPlan(bytes.data());
  validatePlan(*root);
  return root;
}

int dsc::findBuffer(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; i < plan.buffers()->size(); ++i)
    if (plan.buffers()->Get(i)->name()->string_view() == name)
      return int(i);
  return -1;
}

int dsc::findUniform(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; i < plan.uniforms()->size(); ++i)
    if (plan.uniforms()->Get(i)->string_view() == name)
      return int(i);
  return -1;
}

const plan::Program *dsc::findProgram(const plan::Plan &plan,
                                      std::string_view name) {
  for (const plan::Program *program : *plan.programs())
    if (program->name()->string_view() == name)
      return program;
  return nullptr;
}
