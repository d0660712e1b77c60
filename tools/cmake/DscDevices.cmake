# The generated list of devices: "cuda" calls dsc::cudaDeviceKind(), of the library DscCudaDevice in cuda/Runtime. The
# host comes last: what can train there can do so where nothing else fits.
function(dsc_device_list output libraries)
  set(declarations "")
  set(creations "")
  set(links "")
  file(GLOB folders RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/*/Runtime/CMakeLists.txt)
  foreach(folder ${folders})
    string(REGEX REPLACE "/.*" "" name ${folder})
    dsc_capitalize(${name} capital)
    list(APPEND links Dsc${capital}Device)
    string(APPEND declarations "DeviceKind ${name}DeviceKind();\n")
    string(APPEND creations "${name}DeviceKind(), ")
  endforeach()
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

# The generated list of their communicators: "cuda" calls dsc::cudaCommunicatorKind(), of the same library.
function(dsc_communicator_list output libraries)
  set(declarations "")
  set(creations "")
  set(links "")
  file(GLOB folders RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/*/Runtime/CMakeLists.txt)
  foreach(folder ${folders})
    string(REGEX REPLACE "/.*" "" name ${folder})
    dsc_capitalize(${name} capital)
    list(APPEND links Dsc${capital}Device)
    string(APPEND declarations "DeviceCommunicatorKind ${name}CommunicatorKind();\n")
    string(APPEND creations "${name}CommunicatorKind(), ")
  endforeach()
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
