//===- Svg.h - what all our pictures share ----------------------*- C++ -*-===//

#ifndef DSC_COMPILER_DRIVER_SVG_H
#define DSC_COMPILER_DRIVER_SVG_H

#include "llvm/Support/raw_ostream.h"

namespace dsc {

/// What every picture begins with.
inline constexpr llvm::StringLiteral kSvgBeginning =
    "<svg xmlns='http://www.w3.org/2000/svg'";

/// Opens a picture of `width` by `height` pixels with its title; no script, no
/// font to load. Close it with "</svg>".
void beginSvg(double width, double height, double left, llvm::StringRef title,
              llvm::raw_ostream &out);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_SVG_H
