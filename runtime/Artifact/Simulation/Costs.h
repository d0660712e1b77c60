//===- Costs.h - what an op costs on the assumed machine --------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_COSTS_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_COSTS_H

#include "runtime/Artifact/Simulation/Facts.h"
#include "runtime/Artifact/Simulation/Simulation.h"

namespace dsc {

/// Memory of rank `rank` by buffer; buffers that take none are left out.
std::vector<BufferMemory> memoryOf(const Facts &facts, int rank);

/// Adds what links carry in a collective to `traffic`, ranks x ranks.
void addTraffic(const Facts &facts, const plan::PlanOp &op, Links links,
                std::vector<double> &traffic);

/// Seconds from when all ranks have come to a collective until it is done.
double exchangeSeconds(const Facts &facts, const plan::PlanOp &op,
                       const Machine &machine);

/// Seconds of any other op on rank `rank`.
double computeSeconds(const Facts &facts, const plan::PlanOp &op, int rank,
                      const SimulationOptions &options);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_COSTS_H
