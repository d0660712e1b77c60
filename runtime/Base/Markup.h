//===- Markup.h - text inside XML and HTML ----------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_MARKUP_H
#define DSC_RUNTIME_BASE_MARKUP_H

#include <string>
#include <string_view>

namespace dsc {

/// `text` for between tags and inside quotes of either sort; control characters
/// become blanks.
std::string escapeMarkup(std::string_view text);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_MARKUP_H
