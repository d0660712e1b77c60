//===- main.cpp - dsc, the one name for two programs ----------------------===//
//
// Compiling needs MLIR, training needs LibTorch, and no process loads both:
// this launcher only knows which sibling has a command, and becomes it.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Stdout.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Base/Version.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

using namespace dsc;

namespace {
struct Command {
  const char *name;
  const char *program;
  const char *what;
};
} // namespace

static constexpr char kCompiler[] = "dsc-compile";
static constexpr char kRunner[] = "dsc-run";

static constexpr Command kCommands[] = {
    {"init", kCompiler, "write a recipe to start from"},
    {"check", kCompiler, "look for mistakes in a recipe"},
    {"plan", kCompiler, "show what a recipe comes to: phases, memory, FLOPs"},
    {"plot", kCompiler, "draw its learning rate"},
    {"compile", kCompiler, "make a training binary of it"},
    {"run", kRunner, "train"},
    {"sample", kRunner, "let a trained model write"},
    {"inspect", kRunner, "show what a training binary holds"},
    {"data", kCompiler, "show the batches that training will see"},
    {"schema", kCompiler, "the recipe language as a JSON schema"},
    {"import", kCompiler, "make a recipe of another tool's configuration"},
    {"doctor", kRunner, "say whether this machine can train"},
    {"lr-find", kCompiler, "look for a learning rate"},
    {"report", kRunner, "compare runs"},
    {"launch", kCompiler, "write a job file for a cluster"}};

static void printHelp() {
  std::printf("dsc %s: compiles training recipes into training binaries\n\n"
              "usage: dsc COMMAND [OPTIONS]\n\ncommands:\n",
              kVersion);
  for (const Command &command : kCommands)
    std::printf("  %-9s %s\n", command.name, command.what);
  std::printf("\nexamples:\n"
              "  dsc init char-gpt\n"
              "  dsc check recipe.toml\n"
              "  dsc compile recipe.toml && dsc run\n"
              "  dsc run --resume\n"
              "  dsc sample dsc-out/char-gpt --prompt 'un'\n\n"
              "'dsc COMMAND --help' shows a command's options\n");
}

static int fail(const std::string &message, const std::string &hint,
                Exit code) {
  std::fprintf(stderr, "dsc: error: %s\n", message.c_str());
  if (!hint.empty())
    std::fprintf(stderr, "dsc: hint: %s\n", hint.c_str());
  return int(code);
}

static int unknown(const std::string &name) {
  std::vector<std::string> names;
  for (const Command &command : kCommands)
    names.push_back(command.name);
  std::string near = nearestName(name, names);
  return fail("there is no command '" + name + "'",
              near.empty() ? "'dsc --help' lists them"
                           : "did you mean '" + near + "'?",
              Exit::usage);
}

static int become(const char *program, char **argv) {
  std::string path = parentOf(programPath()) + "/" + program;
  ::execv(path.c_str(), argv);
  return fail("cannot start '" + path + "': " + std::strerror(errno),
              "dsc, dsc-compile and dsc-run belong into one folder",
              Exit::internal);
}

static int dispatch(int argc, char **argv) {
  std::string name = argc > 1 ? argv[1] : "--help";
  if (name == "--help" || name == "-h" || name == "help") {
    printHelp();
    return argc > 1 ? int(Exit::done) : int(Exit::usage);
  }
  if (name == "--version") {
    std::printf("dsc %s\n", kVersion);
    return int(Exit::done);
  }
  for (const Command &command : kCommands)
    if (name == command.name)
      return become(command.program, argv);
  return unknown(name);
}

int main(int argc, char **argv) {
  try {
    int code = dispatch(argc, argv);
    flushStdout();
    return code;
  } catch (const Error &error) {
    return fail(error.what(), error.hint(), error.code());
  }
}
