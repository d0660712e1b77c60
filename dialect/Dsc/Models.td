//===- Models.td - the catalogue of architectures -----------*- tablegen -*-===//

#ifndef DSC_MODELS_TD
#define DSC_MODELS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

#endif // DSC_MODELS_TD
