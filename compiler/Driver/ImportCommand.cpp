//===- ImportCommand.cpp - dsc import -------------------------------------===//
//
// The recipe goes to stdout, or whole into a new file; what there is to say of
// it to stderr. A configuration that is refused writes nothing.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"

#include "llvm/Support/raw_ostream.h"

using namespace dsc;
using importing::Message;

static llvm::StringRef wordFor(Message::Severity severity) {
  switch (severity) {
  case Message::Severity::error:
    return "error: ";
  case Message::Severity::warning:
    return "warning: ";
  case Message::Severity::note:
    return "note: ";
  }
  llvm_unreachable("a severity without a word");
}

static void print(const std::string &file, const importing::Log &log) {
  constexpr size_t most = 200;
  const std::vector<Message> &messages = log.getMessages();
  for (const Message &message : llvm::ArrayRef(messages).take_front(most)) {
    llvm::errs() << file << ": " << wordFor(message.severity) << message.text
                 << "\n";
    if (!message.hint.empty())
      llvm::errs() << "hint: " << message.hint << "\n";
  }
  if (messages.size() > most)
    llvm::errs() << "... and " << messages.size() - most << " more\n";
}

int dsc::importCommand(const ImportRequest &request) {
  importing::Log log;
  std::string text = importing::importConfiguration(request.options, log);
  print(request.options.file, log);
  if (log.hasErrors())
    return int(Exit::usage);
  if (request.output.empty()) {
    llvm::outs() << text;
    return int(Exit::done);
  }
  return writeNew(text, request.output,
                  "fill in what is commented, then dsc check " +
                      request.output);
}
