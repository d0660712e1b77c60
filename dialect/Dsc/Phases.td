//===- Phases.td - the catalogue of schedule phases --------*- tablegen -*-===//

#ifndef DSC_PHASES_TD
#define DSC_PHASES_TD

include "dialect/Dsc/Phases/Between.td"
include "dialect/Dsc/Phases/Factors.td"
include "dialect/Dsc/Phases/Laws.td"
include "dialect/Dsc/Phases/Cycles.td"
include "dialect/Dsc/Phases/Given.td"

#endif // DSC_PHASES_TD
