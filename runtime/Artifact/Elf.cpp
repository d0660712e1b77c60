//===- Elf.cpp ------------------------------------------------------------===//

#include "runtime/Artifact/Elf.h"

#include "runtime/Base/Error.h"

#include <cstring>
#include <elf.h>

using namespace dsc;

[[noreturn]] static void damaged(const std::string &reason) {
  throw Error(Exit::artifact, "the payload is damaged: " + reason);
}

/// `count` bytes at `offset`, or an error.
static std::string_view slice(std::string_view image, uint64_t offset,
                              uint64_t count) {
  if (offset > image.size() || count > image.size() - offset)
    damaged("a part of it lies outside the file");
  return image.substr(offset, count);
}

template <typename Record>
static Record record(std::string_view image, uint64_t offset) {
  Record value;
  std::memcpy(&value, slice(image, offset, sizeof(Record)).data(),
              sizeof(Record));
  return value;
}

/// A NUL-terminated name in a string table.
static std::string_view nameAt(std::string_view table, uint64_t offset) {
  if (offset >= table.size())
    damaged("a name lies outside its table");
  std::string_view rest = table.substr(offset);
  size_t end = rest.find('\0');
  if (end == std::string_view::npos)
    damaged("a name does not end");
  return rest.substr(0, end);
}

ElfView::ElfView(std::string_view image) {
  auto header = record<Elf64_Ehdr>(image, 0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN)
    damaged("it is no 64-bit ELF shared object");
  if (header.e_shentsize != sizeof(Elf64_Shdr) ||
      header.e_shstrndx >= header.e_shnum)
    damaged("it has no section table");
  std::vector<Elf64_Shdr> raw;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    slice(image, header.e_shoff, 0);
    raw.push_back(record<Elf64_Shdr>(
        image, header.e_shoff + uint64_t(i) * sizeof(Elf64_Shdr)));
  }
  const Elf64_Shdr &strings = raw[header.e_shstrndx];
  std::string_view names = slice(image, strings.sh_offset, strings.sh_size);
  for (const Elf64_Shdr &entry : raw) {
    Section section;
    section.name = nameAt(names, entry.sh_name);
    section.kind = entry.sh_type;
    section.link = entry.sh_link;
    if (entry.sh_type != SHT_NOBITS && entry.sh_type != SHT_NULL)
      section.contents = slice(image, entry.sh_offset, entry.sh_size);
    sections.push_back(section);
  }
}

bool ElfView::section(std::string_view name, std::string_view &contents) const {
  for (const Section &section : sections) {
    if (section.name == name) {
      contents = section.contents;
      return true;
    }
  }
  return false;
}

std::vector<ElfFunction> ElfView::functions() const {
  std::vector<ElfFunction> found;
  for (const Section &section : sections) {
    if (section.kind != SHT_DYNSYM)
      continue;
    if (section.link >= sections.size())
      damaged("its symbols have no names");
    std::string_view names = sections[section.link].contents;
    size_t count = section.contents.size() / sizeof(Elf64_Sym);
    for (size_t i = 0; i < count; ++i) {
      auto symbol = record<Elf64_Sym>(section.contents, i * sizeof(Elf64_Sym));
      if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
          symbol.st_shndx != SHN_UNDEF)
        found.push_back(
            {std::string(nameAt(names, symbol.st_name)), symbol.st_size});
    }
  }
  return found;
}
