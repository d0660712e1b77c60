//===- Svg.cpp ------------------------------------------------------------===//

#include "compiler/Driver/Svg.h"
#include "runtime/Base/Markup.h"

#include <fmt/format.h>

using namespace dsc;

void dsc::beginSvg(double width, double height, double left,
                   llvm::StringRef title, llvm::raw_ostream &out) {
  out << kSvgBeginning;
  out << fmt::format(
      " width='{0}' "
      "height='{1}' viewBox='0 0 {0} {1}' font-family='sans-serif' "
      "font-size='12' fill='#567'>\n<rect width='100%' "
      "height='100%' fill='white'/>\n<text x='{2}' y='22' "
      "font-size='15' fill='#123'>{3}</text>\n",
      width, height, left, escapeMarkup(title));
}
