//===- RunReport.cpp - dsc report -----------------------------------------===//

#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Launch/Commands.h"
#include "runtime/Report/Report.h"

#include <cstdio>
#include <filesystem>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace dsc;

static unsigned terminalColumns() {
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    return size.ws_col;
  return 80;
}

/// A directory or a device must not be replaced by a mistyped -o.
static void checkOutput(const std::string &path) {
  std::error_code absent;
  auto status = std::filesystem::status(path, absent);
  if (std::filesystem::exists(status) &&
      !std::filesystem::is_regular_file(status))
    throw Error(Exit::storage, "'" + path + "' is no file, and stays as it is",
                "give the name of a file");
}

Exit dsc::runReport(const ReportCommand &command) {
  checkOutput(command.output);
  Report report = makeReport(command.runs);
  std::string text =
      writeText(report, terminalColumns(), wantsColor(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  if (command.output.empty())
    return Exit::done;
  writeFileDurably(command.output, writeHtml(report));
  std::fprintf(stderr, "wrote %s\n", command.output.c_str());
  return Exit::done;
}
