//===- SlurmLists.h - lists as Slurm abbreviates them -----------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_SLURMLISTS_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_SLURMLISTS_H

#include <string>
#include <string_view>

namespace dsc {

/// Tasks on the node of that index in a list such as "4(x2),3": 4, 4 and 3.
/// 0 where the list says nothing of it.
int slurmTasksOn(int node, std::string_view list);

/// The first of a list of hosts: "rack1-n08" of "rack[1-4]-n[08-11,20],login".
std::string firstSlurmHost(std::string_view list);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_SLURMLISTS_H
