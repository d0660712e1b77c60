//===- Elf.h - sections and functions of a payload --------------*- C++ -*-===//
//
// Reads what is needed of a 64-bit little-endian ELF shared object, without
// trusting a single offset in it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_ELF_H
#define DSC_RUNTIME_ARTIFACT_ELF_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dsc {

struct ElfFunction {
  std::string name;
  uint64_t bytes = 0;
};

class ElfView {
public:
  /// `image` outlives the view. Throws dsc::Error(Exit::artifact).
  explicit ElfView(std::string_view image);

  /// Contents of a section, and whether there is one.
  bool section(std::string_view name, std::string_view &contents) const;

  /// The dynamic functions, in the order of the file.
  std::vector<ElfFunction> functions() const;

private:
  struct Section {
    std::string_view name;
    uint32_t kind = 0;
    uint32_t link = 0;
    std::string_view contents;
  };
  std::vector<Section> sections;
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_ELF_H
