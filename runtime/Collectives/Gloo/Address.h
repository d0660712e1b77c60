//===- Address.h - this host's address towards another ----------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_ADDRESS_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_ADDRESS_H

#include <string>

namespace dsc::gloo_ranks {

/// The numeric address from which this host reaches `host`: of its many, the
/// one that the other hosts of the job can reach too. Throws
/// dsc::Error(Exit::usage) where there is no way, or none that leaves the host.
std::string ownAddressTowards(const std::string &host);

} // namespace dsc::gloo_ranks

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_ADDRESS_H
