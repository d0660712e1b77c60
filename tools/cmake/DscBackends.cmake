# The generated list of backends: "cpu" in DSC_BACKENDS calls dsc::createCpuBackend().
function(dsc_backend_list output)
  set(declarations "")
  set(creations "")
  foreach(backend ${DSC_BACKENDS})
    string(SUBSTRING ${backend} 0 1 first)
    string(SUBSTRING ${backend} 1 -1 rest)
    string(TOUPPER ${first} first)
    set(function "create${first}${rest}Backend")
    string(APPEND declarations "std::unique_ptr<TargetBackend> ${function}();\n")
    string(APPEND creations "  backends.push_back(${function}());\n")
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
} // namespace dsc
")
endfunction()
