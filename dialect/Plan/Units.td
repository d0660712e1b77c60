//===- Units.td - the model graph: units of operator calls --*- tablegen -*-===//

#ifndef PLAN_UNITS_TD
#define PLAN_UNITS_TD

include "dialect/Plan/PlanBase.td"

#endif // PLAN_UNITS_TD
