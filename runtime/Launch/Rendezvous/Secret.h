//===- Secret.h - what only a user's own processes know ---------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_SECRET_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_SECRET_H

#include <string>

namespace dsc {

/// 32 random hexadecimal digits.
std::string randomText();

/// The random text in ~/.config/dsc/secret, which is made when it is missing.
/// Throws dsc::Error(Exit::usage) when there is no such place, or others can
/// read it.
std::string userSecret();

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_SECRET_H
