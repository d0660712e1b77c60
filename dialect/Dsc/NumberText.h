//===- NumberText.h - numbers in messages -----------------------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_NUMBERTEXT_H
#define DSC_DIALECT_DSC_NUMBERTEXT_H

#include <string>

namespace dsc {

/// The shortest text that reads back as the same number.
std::string show(double value);

} // namespace dsc

#endif // DSC_DIALECT_DSC_NUMBERTEXT_H
