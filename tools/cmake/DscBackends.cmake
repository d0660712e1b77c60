# Backends. The CPU's is in compiler/Target/Cpu; another one is a folder NAME/Codegen at the top of the tree, whose
# CMakeLists.txt makes a library DscNameTarget with dsc::createNameBackend(): the backend where NAME is in DSC_BACKENDS,
# else a stub that returns null (see cuda/README.md). Nothing else names a backend.

# dsc_known_backends(<variable>): those of the tree, built or not.
function(dsc_known_backends output)
  set(known cpu)
  file(GLOB folders RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/*/Codegen/CMakeLists.txt)
  foreach(folder ${folders})
    string(REGEX REPLACE "/.*" "" name ${folder})
    list(APPEND known ${name})
  endforeach()
  foreach(backend ${DSC_BACKENDS})
    if(NOT backend IN_LIST known)
      message(FATAL_ERROR "DSC_BACKENDS has '${backend}', and the tree has ${known}")
    endif()
  endforeach()
  set(${output} ${known} PARENT_SCOPE)
endfunction()

# dsc_capitalize(<name> <variable>): cuda to Cuda.
function(dsc_capitalize name output)
  string(SUBSTRING ${name} 0 1 first)
  string(SUBSTRING ${name} 1 -1 rest)
  string(TOUPPER ${first} first)
  set(${output} ${first}${rest} PARENT_SCOPE)
endfunction()

# dsc_backend_list(<output> <variable>): the generated list; "cuda" calls dsc::createCudaBackend(). The variable gets
# the libraries that it needs.
function(dsc_backend_list output libraries)
  dsc_known_backends(known)
  list(JOIN known "\", \"" names)
  set(declarations "")
  set(creations "")
  set(links "")
  foreach(backend ${known})
    dsc_capitalize(${backend} name)
    list(APPEND links Dsc${name}Target)
    string(APPEND declarations "std::unique_ptr<TargetBackend> create${name}Backend();\n")
    string(APPEND creations "  if (auto backend = create${name}Backend())\n    backends.push_back(std::move(backend));\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"// Generated from DSC_BACKENDS.
#include \"compiler/Target/Backends.h\"

namespace dsc {
@declarations@
std::vector<std::unique_ptr<TargetBackend>> createBackends() {
  std::vector<std::unique_ptr<TargetBackend>> backends;
@creations@  return backends;
}

llvm::ArrayRef<llvm::StringRef> listKnownBackends() {
  static constexpr llvm::StringRef names[] = {\"@names@\"};
  return names;
}
} // namespace dsc
")
  set(${libraries} ${links} PARENT_SCOPE)
endfunction()
