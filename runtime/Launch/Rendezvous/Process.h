//===- Process.h - another process of this host -----------------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_PROCESS_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_PROCESS_H

#include <string>

namespace dsc {

/// Names this process to others of its host: "7123-991234", its number and when
/// it began, since the number may be another's later.
std::string ownProcessName();

/// Whether the process of that name is there and has been stopped, as by
/// SIGSTOP. False of one that cannot be seen from here.
bool isStoppedProcess(const std::string &name);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_PROCESS_H
