//===- RankLines.cpp ------------------------------------------------------===//

#include "runtime/Launch/Ranks/RankLines.h"

#include "runtime/Base/Terminal.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

using namespace dsc;

/// A line that is longer is cut, so that memory stays bounded.
static constexpr size_t kLongestLine = 64 << 10;

RankLines::RankLines(int rank, int output) : output(output) {
  ::fcntl(output, F_SETFL, O_NONBLOCK);
  prefix = wantsColor(STDERR_FILENO)
               ? fmt::format("\033[36m[rank {}]\033[0m ", rank)
               : fmt::format("[rank {}] ", rank);
  // Rank 0's line of progress may stand there; it comes again by itself.
  if (canRewriteLines(STDERR_FILENO))
    prefix = "\r\033[K" + prefix;
}

RankLines::~RankLines() {
  if (output >= 0)
    ::close(output);
}

static void show(const std::string &text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

void RankLines::take(std::string line) {
  line = prefix + printable(line) + "\n";
  bool isError = line.compare(prefix.size(), 11, "dsc: error:") == 0;
  if (isError || !held.empty())
    held += line;
  else
    show(line);
}

void RankLines::read() {
  char bytes[16 << 10];
  ssize_t count = 0;
  while (output >= 0 && ((count = ::read(output, bytes, sizeof(bytes))) > 0 ||
                         (count < 0 && errno == EINTR))) {
    rest.append(bytes, size_t(std::max<ssize_t>(count, 0)));
    size_t begin = 0;
    for (size_t end; (end = rest.find('\n', begin)) != rest.npos;
         begin = end + 1)
      take(rest.substr(begin, end - begin));
    rest.erase(0, begin);
    if (rest.size() > kLongestLine)
      take(std::exchange(rest, ""));
  }
  if (output < 0 || (count < 0 && errno == EAGAIN))
    return;
  if (!rest.empty())
    take(std::exchange(rest, ""));
  ::close(output);
  output = -1;
}

void RankLines::release() {
  show(held);
  held.clear();
}
