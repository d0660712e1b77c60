//===- Sections.cpp -------------------------------------------------------===//
//
// LLVM's object writer is at hand, so a section is a constant of a module that
// holds nothing else.
//
//===----------------------------------------------------------------------===//

#include "compiler/Artifact/Sections.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace dsc;

static llvm::Expected<llvm::Triple> findTriple(llvm::StringRef sibling) {
  if (sibling.empty())
    return llvm::Triple("x86_64-unknown-linux-gnu");
  auto object = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(sibling, "object"));
  if (!object)
    return object.takeError();
  llvm::Triple triple = (*object)->makeTriple();
  triple.setOS(llvm::Triple::Linux);
  return triple;
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const llvm::Triple &triple) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  std::string message;
  const auto *target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError(message);
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, "", "", {}, llvm::Reloc::PIC_));
}

static void addSection(llvm::Module &module, const DataSection &section) {
  auto *bytes = llvm::ConstantDataArray::getString(
      module.getContext(), section.bytes, /*AddNull=*/false);
  auto *global = new llvm::GlobalVariable(
      module, bytes->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, bytes, section.name.drop_front());
  global->setSection(section.name);
  global->setAlignment(llvm::Align(16));
  global->setVisibility(llvm::GlobalValue::HiddenVisibility);
}

llvm::Expected<std::string>
dsc::createDataObject(llvm::StringRef sibling,
                      llvm::ArrayRef<DataSection> sections) {
  auto triple = findTriple(sibling);
  if (!triple)
    return triple.takeError();
  auto machine = createMachine(*triple);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  llvm::Module module("sections", context);
  module.setTargetTriple(*triple);
  module.setDataLayout((*machine)->createDataLayout());
  for (const DataSection &section : sections)
    if (!section.bytes.empty())
      addSection(module, section);
  llvm::SmallString<0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr,
                                      llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("no objects can be written for " +
                                   triple->str());
  passes.run(module);
  return object.str().str();
}
