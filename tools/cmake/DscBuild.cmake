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
option(DSC_TOGETHER "Compile files that see MLIR four at a time; OFF gives tools a command for each file" ON)

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
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;LINKS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES} ${ARG_APART})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# What sees MLIR spends most of its time on what all its files include, compiled header or not: four of them go through
# the compiler as one, in less than half of the time. No two of the four may have a static name in common. What is long by
# itself, or cannot be with others, stays APART.
function(dsc_compile_together name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;LINKS;DEPENDS" ${ARGN})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${DSC_TOGETHER} UNITY_BUILD_BATCH_SIZE 4)
  set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_compile_options(${name} PRIVATE ${DSC_PRECOMPILED_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM dsc-mlir-headers)
endfunction()

# A library of code that sees MLIR: its headers are noisy, and its ABI has no exceptions. Numbers are crunched by what it
# generates and by the runtime, so that -O2 will do.
function(dsc_mlir_library name)
  dsc_library(${name} ${ARGN})
  dsc_compile_together(${name} ${ARGN})
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -Wno-comment $<$<CONFIG:Release>:-O2>)
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
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_APART})
  # What takes long in a test is in libraries.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

# A program that sees MLIR. What was compiled of its headers fits -fPIC, and CMake gives programs -fPIE.
function(dsc_mlir_program name)
  dsc_compile_together(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  # A fixture has no name outside of its file; that GCC takes it for another file's is because of the four.
  target_compile_options(${name} PRIVATE -fPIC -Wno-subobject-linkage)
endfunction()

function(dsc_mlir_unit_test name)
  dsc_unit_test(${name} ${ARGN})
  dsc_mlir_program(${name} ${ARGN})
endfunction()
