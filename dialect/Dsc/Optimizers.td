//===- Optimizers.td - the catalogue of optimizers ----------*- tablegen -*-===//

#ifndef DSC_OPTIMIZERS_TD
#define DSC_OPTIMIZERS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

#endif // DSC_OPTIMIZERS_TD
