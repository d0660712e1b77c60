# ODS files become C++ at build time; every generated header hangs on one target.
add_custom_target(dsc-headers)

# dsc_tablegen(<file.td> <output> <mlir-tblgen arguments...>)
function(dsc_tablegen td output)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(MLIR_TABLEGEN_EXE "${LLVM_TOOLS_BINARY_DIR}/mlir-tblgen")
  set(MLIR_TABLEGEN_TARGET "")
  tablegen(MLIR ${output} ${ARGN} "-I${MLIR_INCLUDE_DIRS}" "-I${CMAKE_SOURCE_DIR}")
  string(MAKE_C_IDENTIFIER "gen_${output}" target)
  add_custom_target(${target} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${output})
  add_dependencies(dsc-headers ${target})
endfunction()

# dsc_recipe_tablegen(<file.td> <output> <dsc-tblgen arguments...>): our own generator.
function(dsc_recipe_tablegen td output)
  add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${output}
    COMMAND dsc-tblgen ${ARGN} -I${MLIR_INCLUDE_DIRS} -I${CMAKE_SOURCE_DIR}
            ${CMAKE_CURRENT_SOURCE_DIR}/${td} -o ${CMAKE_CURRENT_BINARY_DIR}/${output}
            -d ${CMAKE_CURRENT_BINARY_DIR}/${output}.d
    DEPENDS dsc-tblgen ${CMAKE_CURRENT_SOURCE_DIR}/${td}
    DEPFILE ${CMAKE_CURRENT_BINARY_DIR}/${output}.d)
  string(MAKE_C_IDENTIFIER "gen_${output}" target)
  add_custom_target(${target} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${output})
  add_dependencies(dsc-headers ${target})
endfunction()

# dsc_flatbuffer(<file.fbs> <target>): <file>_generated.h beside the build's copy of the folder.
function(dsc_flatbuffer fbs target)
  get_filename_component(name ${fbs} NAME_WE)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${name}_generated.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${DSC_FLATC} --cpp --scoped-enums --cpp-std c++17 -o ${CMAKE_CURRENT_BINARY_DIR}
            ${CMAKE_CURRENT_SOURCE_DIR}/${fbs}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${fbs})
  add_custom_target(${target} DEPENDS ${header})
endfunction()

# dsc_protobuf(<file.proto> <target>): <file>.pb.{h,cc} beside the build's copy of the folder.
function(dsc_protobuf proto target)
  get_filename_component(name ${proto} NAME_WE)
  set(outputs ${CMAKE_CURRENT_BINARY_DIR}/${name}.pb.h ${CMAKE_CURRENT_BINARY_DIR}/${name}.pb.cc)
  file(RELATIVE_PATH folder ${CMAKE_BINARY_DIR} ${CMAKE_CURRENT_BINARY_DIR})
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${DSC_PROTOC} --proto_path=${CMAKE_SOURCE_DIR} --cpp_out=${CMAKE_BINARY_DIR} ${folder}/${proto}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${proto})
  add_custom_target(${target} DEPENDS ${outputs})
endfunction()
