//===- Terminal.h - what may be written to a terminal -----------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_TERMINAL_H
#define DSC_RUNTIME_BASE_TERMINAL_H

#include <string>
#include <string_view>
#include <vector>

namespace dsc {

bool isTerminal(int descriptor);

/// How many letters a line of the terminal has; 0 when it does not say.
size_t terminalWidth(int descriptor);

/// How wide a drawing is; 80 where there is no terminal.
unsigned chartWidth(int descriptor);

/// A terminal that takes more than text: lines can be written anew.
bool canRewriteLines(int descriptor);

/// A terminal of that kind, and NO_COLOR unset or empty.
bool wantsColor(int descriptor);

/// `text` with blanks for control characters: text from a file must not steer
/// the terminal.
std::string printable(std::string_view text);

/// The candidate nearest to `name` in spelling, or "" when none is near.
std::string nearestName(std::string_view name,
                        const std::vector<std::string> &candidates);

/// 1234567 as "1.2M"; 3 as "3".
std::string humanCount(double value);

/// Bytes as "12.3 MiB".
std::string humanBytes(double bytes);

/// Seconds as "1:02:03" or "2:03".
std::string humanTime(double seconds);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_TERMINAL_H
