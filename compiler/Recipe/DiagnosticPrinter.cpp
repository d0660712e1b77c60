//===- DiagnosticPrinter.cpp - diagnostics for authors --------------------===//

#include "compiler/Recipe/DiagnosticPrinter.h"

#include "compiler/Recipe/SourceSnippet.h"
#include "runtime/Base/Terminal.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <nlohmann/json.hpp>

using namespace mlir;

namespace dsc {

/// Where the author should look: the first place of a file inside a location.
static Finding::Place placeOf(Location location) {
  Finding::Place place;
  if (auto range = dyn_cast<FileLineColRange>(location)) {
    place.file = range.getFilename().str();
    place.line = range.getStartLine();
    place.column = range.getStartColumn();
    place.endLine = range.getEndLine();
    place.endColumn = range.getEndColumn();
  } else if (auto name = dyn_cast<NameLoc>(location)) {
    if (!isa<UnknownLoc>(name.getChildLoc()))
      return placeOf(name.getChildLoc());
    auto [option, text] = name.getName().getValue().split(' ');
    place.file = option.str();
    place.option = text.str();
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    if (!fused.getLocations().empty())
      return placeOf(fused.getLocations().front());
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    return placeOf(call.getCallee());
  }
  return place;
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context)
    : engine(context.getDiagEngine()) {
  handler = engine.registerHandler([this](Diagnostic &diagnostic) {
    add(diagnostic);
    return success();
  });
}

DiagnosticPrinter::~DiagnosticPrinter() { engine.eraseHandler(handler); }

void DiagnosticPrinter::add(Diagnostic &diagnostic) {
  Finding finding;
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    finding.severity = Finding::Severity::error;
    break;
  case DiagnosticSeverity::Warning:
    finding.severity = Finding::Severity::warning;
    break;
  default:
    finding.severity = Finding::Severity::remark;
  }
  finding.place = placeOf(diagnostic.getLocation());
  finding.message = printable(diagnostic.str());
  for (Diagnostic &note : diagnostic.getNotes()) {
    std::string text = printable(note.str());
    StringRef remedy = text;
    if (remedy.consume_front("hint: "))
      finding.hint = remedy.str();
    else
      finding.notes.push_back({placeOf(note.getLocation()), text});
  }
  std::lock_guard lock(mutex);
  findings.push_back(std::move(finding));
}

size_t DiagnosticPrinter::count(Finding::Severity severity) const {
  return llvm::count_if(sorted(), [&](const Finding &finding) {
    return finding.severity == severity;
  });
}

/// Files in the order in which they first speak, then options; by place; once
/// each.
std::vector<Finding> DiagnosticPrinter::sorted() const {
  std::lock_guard lock(mutex);
  std::vector<Finding> result = findings;
  llvm::StringMap<size_t> rank;
  for (const Finding &finding : result)
    rank.try_emplace(finding.place.file, rank.size());
  auto position = [&](const Finding &finding) {
    const Finding::Place &place = finding.place;
    return std::tuple(!place.option.empty(), rank.lookup(place.file),
                      place.line, place.column);
  };
  std::stable_sort(result.begin(), result.end(),
                   [&](const Finding &a, const Finding &b) {
                     return position(a) < position(b);
                   });
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

namespace {

/// Writes findings as text.
class TextWriter {
public:
  TextWriter(llvm::raw_ostream &os)
      : os(os), colors(os.is_displayed() && wantsColor(STDERR_FILENO)) {}

  void write(const Finding &finding) {
    writePlace(finding.place);
    switch (finding.severity) {
    case Finding::Severity::error:
      os << paint("1;31") << "error: ";
      break;
    case Finding::Severity::warning:
      os << paint("1;35") << "warning: ";
      break;
    case Finding::Severity::remark:
      os << paint("1;34") << "remark: ";
    }
    os << paint("0") << paint("1") << finding.message << paint("0") << "\n";
    snippets.print(os, finding.place, colors);
    for (const Finding::Note &note : finding.notes) {
      writePlace(note.place);
      os << paint("1;36") << "note: " << paint("0") << note.message << "\n";
      snippets.print(os, note.place, colors);
    }
    if (!finding.hint.empty())
      os << paint("1;36") << "hint: " << paint("0") << finding.hint << "\n";
  }

private:
  void writePlace(const Finding::Place &place) {
    if (place.file.empty())
      return;
    os << paint("1") << place.file;
    if (!place.option.empty())
      os << " " << printable(place.option);
    if (place.line)
      os << ":" << place.line << ":" << place.column;
    os << ": " << paint("0");
  }

  std::string paint(StringRef code) const {
    return colors ? ("\033[" + code + "m").str() : "";
  }

  llvm::raw_ostream &os;
  bool colors;
  SourceSnippets snippets;
};

} // namespace

static std::string countOf(size_t number, StringRef thing) {
  return std::to_string(number) + " " + thing.str() + (number == 1 ? "" : "s");
}

void DiagnosticPrinter::print(llvm::raw_ostream &os, size_t limit) const {
  std::vector<Finding> all = sorted();
  TextWriter writer(os);
  for (const Finding &finding : ArrayRef(all).take_front(limit))
    writer.write(finding);
  if (all.size() > limit)
    os << "... and " << all.size() - limit << " more\n";
  size_t errors = 0, warnings = 0;
  for (const Finding &finding : all) {
    errors += finding.severity == Finding::Severity::error;
    warnings += finding.severity == Finding::Severity::warning;
  }
  if (errors + warnings == 0)
    return;
  os << (errors ? countOf(errors, "error") : "")
     << (errors && warnings ? ", " : "")
     << (warnings ? countOf(warnings, "warning") : "") << "\n";
}

void DiagnosticPrinter::printJson(llvm::raw_ostream &os) const {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const Finding &finding : sorted()) {
    if (finding.severity == Finding::Severity::remark)
      continue;
    nlohmann::ordered_json object;
    object["file"] = finding.place.file;
    if (finding.place.line) {
      object["line"] = finding.place.line;
      object["column"] = finding.place.column;
    }
    bool error = finding.severity == Finding::Severity::error;
    object["severity"] = error ? "error" : "warning";
    object["message"] = finding.message;
    object["hint"] = finding.hint;
    array.push_back(std::move(object));
  }
  // A file may hold bytes that are not UTF-8, and so may its name.
  os << array.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
     << "\n";
}

} // namespace dsc
