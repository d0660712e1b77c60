# MLIR's headers take three quarters of the time of a file that includes them. They are compiled once for all that do;
# what of the tree a file includes is none of these, so that a change is compiled where it is used and nowhere else.
file(WRITE ${CMAKE_BINARY_DIR}/MlirHeaders.cpp.new "")
file(COPY_FILE ${CMAKE_BINARY_DIR}/MlirHeaders.cpp.new ${CMAKE_BINARY_DIR}/MlirHeaders.cpp ONLY_IF_DIFFERENT)

# For ccache, which has to see what a compiled header stands for. GCC forgets of it that it is the system's, and would
# warn of std::string. What it holds is more memory than GCC takes for a reason to collect garbage, over and over: up to
# 600 MB it need not look.
set(DSC_PRECOMPILED_OPTIONS -fpch-preprocess -Wno-stringop-overflow -Wno-array-bounds --param=ggc-min-heapsize=600000)

add_library(dsc-mlir-headers OBJECT ${CMAKE_BINARY_DIR}/MlirHeaders.cpp)
target_include_directories(dsc-mlir-headers SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_options(dsc-mlir-headers PRIVATE -Wno-comment ${DSC_PRECOMPILED_OPTIONS})
target_precompile_headers(dsc-mlir-headers PRIVATE
  <mlir/Bytecode/BytecodeOpInterface.h>
  <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/Dialect/Func/IR/FuncOps.h>
  <mlir/IR/Builders.h>
  <mlir/IR/BuiltinOps.h>
  <mlir/IR/OpImplementation.h>
  <mlir/Interfaces/SideEffectInterfaces.h>
  <llvm/ADT/STLExtras.h>
  <llvm/ADT/StringExtras.h>
  <llvm/Support/raw_ostream.h>)
