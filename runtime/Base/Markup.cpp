//===- Markup.cpp ---------------------------------------------------------===//

#include "runtime/Base/Markup.h"

using namespace dsc;

static std::string_view entityOf(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return {};
  }
}

std::string dsc::escapeMarkup(std::string_view text) {
  std::string result;
  for (char c : text)
    if (std::string_view entity = entityOf(c); !entity.empty())
      result += entity;
    else
      result += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  return result;
}
