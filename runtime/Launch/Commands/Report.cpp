//===- Report.cpp - dsc report --------------------------------------------===//

#include "runtime/Report/Report.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Stdout.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Launch/Commands/Commands.h"

#include <cstdio>
#include <unistd.h>

using namespace dsc;

Exit dsc::runReport(const ReportCommand &command) {
  if (!command.output.empty())
    checkReplaceable(command.output, kHtmlBeginning);
  RunsReport report = makeReport(command.runs);
  std::string text =
      writeText(report, chartWidth(STDOUT_FILENO), wantsColor(STDOUT_FILENO));
  printStdout(text);
  if (command.output.empty())
    return Exit::done;
  writeFileDurably(command.output, writeHtml(report));
  std::fprintf(stderr, "wrote %s\n", command.output.c_str());
  return Exit::done;
}
