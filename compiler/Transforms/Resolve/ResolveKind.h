//===- ResolveKind.h - a schedule in place of phases ------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEKIND_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEKIND_H

#include "compiler/Transforms/Resolve/Tables.h"

namespace dsc {

/// Checks [schedule] where it is one definition, which leaves no room for
/// phases.
void resolveScheduleKind(RecipeOp recipe, Report &report);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEKIND_H
