//===- Log.h - what an import has to say ------------------------*- C++ -*-===//

#ifndef DSC_COMPILER_IMPORT_LOG_H
#define DSC_COMPILER_IMPORT_LOG_H

#include "llvm/ADT/Twine.h"

#include <string>
#include <vector>

namespace dsc::importing {

struct Message {
  enum class Severity { error, warning, note };
  Severity severity;
  std::string text, hint;
};

/// Messages in the order in which they came up.
class Log {
public:
  void error(const llvm::Twine &text, const llvm::Twine &hint = {}) {
    failed = true;
    add(Message::Severity::error, text, hint);
  }
  void warn(const llvm::Twine &text, const llvm::Twine &hint = {}) {
    add(Message::Severity::warning, text, hint);
  }
  void note(const llvm::Twine &text) { add(Message::Severity::note, text, {}); }
  /// A known key whose meaning is not in the recipe.
  void lost(const llvm::Twine &key, const llvm::Twine &value,
            const llvm::Twine &reason) {
    note("not carried: " + key + " = " + value + ": " + reason);
  }

  bool hasErrors() const { return failed; }
  const std::vector<Message> &getMessages() const { return messages; }

private:
  void add(Message::Severity severity, const llvm::Twine &text,
           const llvm::Twine &hint) {
    Message message{severity, text.str(), hint.str()};
    // A value may be looked at twice.
    for (const Message &said : messages)
      if (messages.size() < 1000 && said.text == message.text)
        return;
    messages.push_back(std::move(message));
  }

  std::vector<Message> messages;
  bool failed = false;
};

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_LOG_H
