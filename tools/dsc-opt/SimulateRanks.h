//===- SimulateRanks.h - the simulator on plans as text ---------*- C++ -*-===//

#ifndef DSC_TOOLS_DSC_OPT_SIMULATERANKS_H
#define DSC_TOOLS_DSC_OPT_SIMULATERANKS_H

namespace dsc {

/// --simulate-ranks="ranks=N plans=FILE,...": walks the plan on N ranks and
/// reports every fault at its op. The files are the plans of rank 1, 2, ...,
/// where those differ from the one that is read.
void registerSimulateRanks();

} // namespace dsc

#endif // DSC_TOOLS_DSC_OPT_SIMULATERANKS_H
