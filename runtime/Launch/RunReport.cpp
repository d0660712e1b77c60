//===- RunReport.cpp - dsc report -----------------------------------------===//

#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Launch/Commands.h"
#include "runtime/Report/Report.h"

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace dsc;

static unsigned terminalColumns() {
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    return size.ws_col;
  return 80;
}

Exit dsc::runReport(const ReportCommand &command) {
  if (!command.output.empty())
    checkReplaceable(command.output, kHtmlBeginning);
  RunsReport report = makeReport(command.runs);
  std::string text =
      writeText(report, terminalColumns(), wantsColor(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  if (command.output.empty())
    return Exit::done;
  writeFileDurably(command.output, writeHtml(report));
  std::fprintf(stderr, "wrote %s\n", command.output.c_str());
  return Exit::done;
}
