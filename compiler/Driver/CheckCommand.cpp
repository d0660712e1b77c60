//===- CheckCommand.cpp - dsc check ---------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Session.h"
#include "compiler/Recipe/Print.h"
#include "runtime/Base/Error.h"

using namespace dsc;

int dsc::checkCommand(const CheckRequest &request) {
  Session session(request.recipe);
  bool correct = session.check();
  if (request.json) {
    session.getDiagnostics().printJson(llvm::outs());
    return int(correct ? Exit::done : Exit::usage);
  }
  int code = session.finish(correct);
  if (code != int(Exit::done))
    return code;
  if (request.resolved)
    llvm::outs() << printRecipe(session.getRecipe(), {.origins = true});
  else
    llvm::outs() << request.recipe.file << ": no errors\n";
  return code;
}
