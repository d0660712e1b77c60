//===- Kernels.td - buffers and kernels ---------------------*- tablegen -*-===//

#ifndef PLAN_KERNELS_TD
#define PLAN_KERNELS_TD

include "dialect/Plan/PlanBase.td"

#endif // PLAN_KERNELS_TD
