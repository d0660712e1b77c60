//===- Version.h - which dsc this is ----------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_VERSION_H
#define DSC_RUNTIME_BASE_VERSION_H

namespace dsc {

/// The project's version, from the top-level CMakeLists.txt.
inline constexpr const char *kVersion = DSC_VERSION;

} // namespace dsc

#endif // DSC_RUNTIME_BASE_VERSION_H
