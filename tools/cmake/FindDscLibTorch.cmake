# LibTorch as the PyPI wheel carries it, without its own package files: those demand a CUDA toolkit.
#
#   DSC_LIBTORCH     folder that holds torch/ and nvidia/ side by side (a cache variable)
#   DscLibTorch::CPU the CPU half; DscLibTorch_VERSION, DscLibTorch_LIBRARY_DIR
#   DscLibTorch::GPU the CUDA half too, where the folder has its headers; DscLibTorch_CAN_LOAD_GPU says whether what it
#                    needs at run time is there as well (tools/setup --gpu)
#
# libtorch.so is never linked: it is an empty wrapper that drags every CUDA library in.
if(DEFINED ENV{XDG_CACHE_HOME})
  set(_dsc_cache "$ENV{XDG_CACHE_HOME}")
else()
  set(_dsc_cache "$ENV{HOME}/.cache")
endif()
set(DSC_LIBTORCH "${_dsc_cache}/dsc/libtorch-2.11.0" CACHE PATH
    "Folder with torch/ and nvidia/ of the LibTorch wheels, as tools/setup unpacks them")

find_path(DscLibTorch_INCLUDE_DIR ATen/core/dispatch/Dispatcher.h
  PATHS "${DSC_LIBTORCH}/torch/include" NO_DEFAULT_PATH)
foreach(library c10 torch_cpu c10_cuda torch_cuda)
  find_library(DscLibTorch_${library} ${library} PATHS "${DSC_LIBTORCH}/torch/lib" NO_DEFAULT_PATH)
endforeach()
find_path(DscLibTorch_cuda_headers cuda_runtime_api.h PATHS "${DSC_LIBTORCH}/nvidia/cu13/include" NO_DEFAULT_PATH)
# The wheel's own OpenMP runtime, so that a process never holds two.
find_file(DscLibTorch_gomp libgomp.so.1 PATHS "${DSC_LIBTORCH}/torch/lib" NO_DEFAULT_PATH)

if(EXISTS "${DSC_LIBTORCH}/torch/version.py")
  file(STRINGS "${DSC_LIBTORCH}/torch/version.py" _dsc_version REGEX "^__version__ *=")
  string(REGEX REPLACE "^[^'\"]*['\"]([^'\"+]*).*$" "\\1" DscLibTorch_VERSION "${_dsc_version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DscLibTorch
  REQUIRED_VARS DscLibTorch_torch_cpu DscLibTorch_c10 DscLibTorch_gomp DscLibTorch_INCLUDE_DIR
  VERSION_VAR DscLibTorch_VERSION)
mark_as_advanced(DscLibTorch_INCLUDE_DIR DscLibTorch_c10 DscLibTorch_torch_cpu DscLibTorch_gomp
  DscLibTorch_c10_cuda DscLibTorch_torch_cuda DscLibTorch_cuda_headers)

if(DscLibTorch_FOUND AND NOT TARGET DscLibTorch::CPU)
  set(DscLibTorch_LIBRARY_DIR "${DSC_LIBTORCH}/torch/lib")
  foreach(library c10 torch_cpu gomp)
    add_library(DscLibTorch::${library} SHARED IMPORTED)
    set_target_properties(DscLibTorch::${library} PROPERTIES
      IMPORTED_LOCATION "${DscLibTorch_${library}}")
  endforeach()
  add_library(DscLibTorch::CPU INTERFACE IMPORTED)
  target_include_directories(DscLibTorch::CPU SYSTEM INTERFACE
    "${DscLibTorch_INCLUDE_DIR}" "${DscLibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  # Without -fopenmp at::parallel_for, a template, runs on one thread.
  target_compile_options(DscLibTorch::CPU INTERFACE -fopenmp)
  target_compile_definitions(DscLibTorch::CPU INTERFACE
    _GLIBCXX_USE_CXX11_ABI=1 AT_PER_OPERATOR_HEADERS)
  target_link_libraries(DscLibTorch::CPU INTERFACE
    DscLibTorch::torch_cpu DscLibTorch::c10 DscLibTorch::gomp)
  # DT_RPATH, not DT_RUNPATH: it also counts for what LibTorch's libraries load in their turn.
  target_link_options(DscLibTorch::CPU INTERFACE
    -Wl,--disable-new-dtags -Wl,--allow-shlib-undefined)
endif()
if(DscLibTorch_torch_cuda AND DscLibTorch_c10_cuda AND DscLibTorch_cuda_headers AND TARGET DscLibTorch::CPU
   AND NOT TARGET DscLibTorch::GPU)
  add_library(DscLibTorch::GPU INTERFACE IMPORTED)
  target_include_directories(DscLibTorch::GPU SYSTEM INTERFACE "${DscLibTorch_cuda_headers}")
  # Its operators register themselves: nothing names a symbol of it.
  target_link_libraries(DscLibTorch::GPU INTERFACE
    DscLibTorch::CPU -Wl,--no-as-needed "${DscLibTorch_torch_cuda}" "${DscLibTorch_c10_cuda}")
endif()
file(GLOB DscLibTorch_CAN_LOAD_GPU "${DSC_LIBTORCH}/nvidia/cudnn/lib/libcudnn.so.*")
