//===- Artifact.h - a training binary, checked ------------------*- C++ -*-===//
//
// A training binary is the launcher, a payload (an ELF shared object) and a
// trailer. All of it is hashed before any part is believed, and the bytes that
// were hashed are the ones that are loaded: the file may change meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_ARTIFACT_H
#define DSC_RUNTIME_ARTIFACT_ARTIFACT_H

#include "runtime/Artifact/Elf.h"
#include "runtime/Artifact/Images.h"
#include "runtime/Artifact/Plan_generated.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dsc {

class Artifact {
public:
  /// Throws dsc::Error(Exit::artifact) with the reason on anything that is not
  /// a whole training binary of this version.
  explicit Artifact(const std::string &path);

  const plan::Plan &plan() const { return *planRoot; }
  std::string_view recipe() const { return recipeText; } ///< resolved TOML
  std::string_view payload() const { return payloadBytes; }
  const std::string &hash() const { return fileHash; } ///< hex, whole file
  const std::string &path() const { return filePath; }
  std::vector<ElfFunction> functions() const;
  /// Code for other devices; null where there is none.
  const images::Images *images() const { return deviceImages.get(); }

private:
  void readTrailer();
  void readPayload();

  std::string filePath;
  std::string contents;
  std::string fileHash;
  std::string_view payloadBytes;
  std::string_view recipeText;
  std::vector<uint64_t> planWords; ///< the plan, aligned
  const plan::Plan *planRoot = nullptr;
  ImageTable deviceImages;
};

/// Whether a file ends in a trailer. Says nothing about the rest of it.
bool isTrainingBinary(const std::string &path);

/// Checks what the FlatBuffer verifier cannot: indices, ranges, sizes, names.
/// Throws dsc::Error(Exit::artifact) naming the first thing that is wrong.
void validatePlan(const plan::Plan &plan);

/// Verifies the bytes of a plan and then validatePlan. `bytes` is 8-byte
/// aligned.
const plan::Plan *readPlan(std::string_view bytes);

/// Index of a buffer, uniform or program by name, or -1.
int findBuffer(const plan::Plan &plan, std::string_view name);
int findUniform(const plan::Plan &plan, std::string_view name);
const plan::Program *findProgram(const plan::Plan &plan, std::string_view name);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_ARTIFACT_H
