//===- NumberText.cpp -----------------------------------------------------===//

#include "dialect/Dsc/NumberText.h"

#include <charconv>

std::string dsc::show(double value) {
  char buffer[32];
  char *end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}
