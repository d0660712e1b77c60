# What the folders NAME/Runtime of the tree add to a runtime: each has a library DscNameDevice.

# dsc_runtime_kinds(<type> <suffix>): for "cuda" a declaration and a call of dsc::cuda<suffix>(), and the library, in
# `declarations`, `creations` and `links` of the caller.
function(dsc_runtime_kinds type suffix)
  set(declarations "")
  set(creations "")
  set(links "")
  file(GLOB folders RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/*/Runtime/CMakeLists.txt)
  foreach(folder ${folders})
    string(REGEX REPLACE "/.*" "" name ${folder})
    dsc_capitalize(${name} capital)
    list(APPEND links Dsc${capital}Device)
    string(APPEND declarations "${type} ${name}${suffix}();\n")
    string(APPEND creations "${name}${suffix}(), ")
  endforeach()
  set(declarations "${declarations}" PARENT_SCOPE)
  set(creations "${creations}" PARENT_SCOPE)
  set(links ${links} PARENT_SCOPE)
endfunction()

# The generated list of devices. The host comes last: what can train there can do so where nothing else fits.
function(dsc_device_list output libraries)
  dsc_runtime_kinds(DeviceKind DeviceKind)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"// Generated from the folders NAME/Runtime of the tree.
#include \"runtime/Device/DeviceKind.h\"

namespace dsc {
@declarations@
std::span<const DeviceKind> deviceKinds() {
  static const DeviceKind kinds[] = {@creations@cpuDeviceKind()};
  return kinds;
}
} // namespace dsc
")
  set(${libraries} ${links} PARENT_SCOPE)
endfunction()

# The generated list of their communicators.
function(dsc_communicator_list output libraries)
  dsc_runtime_kinds(DeviceCommunicatorKind CommunicatorKind)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"// Generated from the folders NAME/Runtime of the tree.
#include \"runtime/Collectives/CommunicatorKind.h\"

#include <array>

namespace dsc {
@declarations@
std::span<const DeviceCommunicatorKind> backendCommunicators() {
  static const auto kinds = std::to_array<DeviceCommunicatorKind>({@creations@});
  return kinds;
}
} // namespace dsc
")
  set(${libraries} ${links} PARENT_SCOPE)
endfunction()
