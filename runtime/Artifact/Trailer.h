//===- Trailer.h - the end of a training binary -----------------*- C++ -*-===//
//
// A training binary is the launcher, padding to a page, the payload and these
// 64 bytes. The compiler writes them, the launcher looks for them in its own
// file. Numbers are little-endian.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_TRAILER_H
#define DSC_RUNTIME_ARTIFACT_TRAILER_H

#include <cstdint>

namespace dsc {

inline constexpr char kTrailerMagic[8] = {'D', 'S', 'C', 'B',
                                          'I', 'N', '0', '1'};

/// The payload starts at a multiple of this many bytes of the file.
inline constexpr uint64_t kPayloadAlignment = 4096;

/// The last bytes of the file.
struct Trailer {
  char magic[8];          ///< kTrailerMagic
  uint64_t payloadOffset; ///< bytes from the start of the file
  uint64_t payloadSize;   ///< bytes; the trailer follows at once
  uint32_t format;        ///< kPlanFormat of KernelAbi.h
  uint32_t zero;
  uint8_t hash[32]; ///< SHA-256 of all that comes before this field
};
static_assert(sizeof(Trailer) == 64);

/// Sections of the payload, an ELF shared object: the recipe's text, the plan's
/// FlatBuffer, and that of code for other devices where there is some.
inline constexpr char kRecipeSection[] = ".dsc.recipe";
inline constexpr char kPlanSection[] = ".dsc.plan";
inline constexpr char kImagesSection[] = ".dsc.images";

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_TRAILER_H
