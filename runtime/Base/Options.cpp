//===- Options.cpp --------------------------------------------------------===//

#include "runtime/Base/Options.h"

#include "runtime/Base/Stdout.h"
#include "runtime/Base/Terminal.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <sstream>

using namespace dsc;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// Whether the whole text is one.
template <class Number>
static bool readNumber(const std::string &text, Number &number) {
  const char *end = text.data() + text.size();
  auto [stop, failure] = std::from_chars(text.data(), end, number);
  return failure == std::errc() && stop == end;
}

static std::string refuse(const std::string &text,
                          const std::string &expected) {
  return fmt::format("found '{}', expected {}", printable(text), expected);
}

CLI::Validator dsc::wholeNumber(int64_t least, int64_t most) {
  std::string expected =
      fmt::format("a whole number from {} to {}", least, most);
  return {[=](std::string &text) {
            int64_t value = 0;
            if (!readNumber(text, value) || value < least || value > most)
              return refuse(text, expected);
            text = std::to_string(value); // without zeros in front
            return std::string();
          },
          ""};
}

template <class Accept>
static CLI::Validator realNumber(const std::string &expected, Accept accept) {
  return {[=](std::string &text) {
            double value = 0;
            bool good = readNumber(text, value) && std::isfinite(value) &&
                        accept(value);
            return good ? std::string() : refuse(text, expected);
          },
          ""};
}

CLI::Validator dsc::positiveNumber() {
  return realNumber("a number above 0", [](double value) { return value > 0; });
}

CLI::Validator dsc::nonNegativeNumber() {
  return realNumber("a number of 0 or more",
                    [](double value) { return value >= 0; });
}

//===----------------------------------------------------------------------===//
// Mistakes
//===----------------------------------------------------------------------===//

/// The innermost command that was named.
static CLI::App &namedCommand(CLI::App &app) {
  std::vector<CLI::App *> used = app.get_subcommands();
  return used.empty() ? app : namedCommand(*used.front());
}

/// "dsc launch slurm"
static std::string pathOf(const CLI::App &command) {
  const CLI::App *parent = command.get_parent();
  return (parent ? pathOf(*parent) + " " : "") + command.get_name();
}

static std::string suggest(const std::string &name,
                           const std::vector<std::string> &known,
                           const std::string &otherwise) {
  std::string near = nearestName(name, known);
  return near.empty() ? otherwise : "did you mean '" + near + "'?";
}

/// A command of a group is missing, or none of it.
static Error explainCommand(CLI::App &group, const std::string &help) {
  std::vector<std::string> known;
  for (const CLI::App *command : group.get_subcommands(
           [](const CLI::App *c) { return !c->get_group().empty(); }))
    known.push_back(command->get_name());
  std::string expected = fmt::format("{}", fmt::join(known, " or "));
  std::vector<std::string> rest = group.remaining();
  if (rest.empty())
    return Error(Exit::usage,
                 fmt::format("'{}' names no command, expected {}",
                             pathOf(group), expected),
                 help);
  return Error(Exit::usage,
               fmt::format("'{}' has no '{}', expected {}", pathOf(group),
                           printable(rest.front()), expected),
               suggest(rest.front(), known, help));
}

static Error explainExtra(CLI::App &command, const std::string &extra,
                          const std::string &help) {
  std::string path = pathOf(command);
  if (extra.rfind('-', 0) != 0)
    return Error(Exit::usage,
                 fmt::format("'{}' does not take '{}'", path, printable(extra)),
                 help);
  std::string name = extra.substr(0, extra.find('='));
  std::vector<std::string> known;
  for (const CLI::Option *option : command.get_options())
    for (const std::string &text : option->get_lnames())
      known.push_back("--" + text);
  return Error(Exit::usage,
               fmt::format("'{}' has no option '{}'", path, printable(name)),
               suggest(name, known, help));
}

static Error explain(CLI::App &app, const CLI::ParseError &error) {
  CLI::App &command = namedCommand(app);
  std::string help =
      fmt::format("'{} --help' shows its options", pathOf(command));
  bool needsCommand = command.get_require_subcommand_min() > 0;
  if (needsCommand && dynamic_cast<const CLI::RequiredError *>(&error))
    return explainCommand(command, help);
  std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  if (!extras.empty() && dynamic_cast<const CLI::ExtrasError *>(&error))
    return explainExtra(command, extras.front(), help);
  return Error(Exit::usage, error.what(), help);
}

static void refuseEmpty(const CLI::App &command) {
  for (const CLI::Option *option : command.get_options()) {
    bool mayBeEmpty =
        option->get_items_expected_min() == 0 || option->check_lname("prompt");
    for (const std::string &text : option->results())
      if (text.empty() && !mayBeEmpty)
        throw Error(
            Exit::usage, option->get_name() + ": found '', expected a value",
            fmt::format("'{} --help' shows its options", pathOf(command)));
  }
}

bool dsc::parseOptions(CLI::App &app, int argc, char **argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() != 0)
      throw explain(app, error);
    std::ostringstream answer; // to --help
    app.exit(error, answer);
    printStdout(answer.str());
    return false;
  }
  refuseEmpty(namedCommand(app));
  return true;
}
