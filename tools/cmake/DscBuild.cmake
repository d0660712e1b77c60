# Flags, output folders and the functions by which every folder declares its library.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
option(DSC_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

# Schedules are evaluated on the host too: a contracted a*b+c would change their bits.
# -Wrestrict of GCC 12 sees overlaps in std::string that are none (PR105651).
add_compile_options(-Wall -Wextra -Wno-unused-parameter -Wno-restrict -ffp-contract=off
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(DSC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})

# A static library of one folder. LINKS are the layers below it, as the layering test checks.
function(dsc_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# The same for code that sees MLIR: its headers are noisy, and its ABI has no exceptions.
function(dsc_mlir_library name)
  dsc_library(${name} ${ARGN})
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -Wno-comment ${DSC_PRECOMPILED_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM dsc-mlir-headers)
  target_link_libraries(${name} PUBLIC MLIR LLVM)
  add_dependencies(${name} dsc-headers)
endfunction()

function(dsc_folders)
  foreach(folder ${ARGN})
    add_subdirectory(${folder})
  endforeach()
endfunction()

# A GoogleTest program; its name ends in Tests, by which lit finds it.
function(dsc_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

# The same for a program that sees MLIR. What was compiled of its headers fits -fPIC, and CMake gives programs -fPIE.
function(dsc_mlir_unit_test name)
  dsc_unit_test(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC ${DSC_PRECOMPILED_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM dsc-mlir-headers)
endfunction()
