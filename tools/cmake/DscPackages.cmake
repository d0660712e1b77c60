# Third-party packages. Versions and reasons stand in README.md; tools/setup installs them.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
find_program(DSC_LLD ld.lld HINTS "${LLVM_TOOLS_BINARY_DIR}" NO_DEFAULT_PATH REQUIRED)

find_package(tomlplusplus 3.3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_library(DSC_FLATBUFFERS NAMES libflatbuffers.a REQUIRED)
find_program(DSC_FLATC flatc REQUIRED)
# TensorBoard's event files. Static, so that a moved binary needs no library of it; of Boost only headers.
find_library(DSC_PROTOBUF NAMES libprotobuf-lite.a REQUIRED)
find_program(DSC_PROTOC protoc REQUIRED)
find_path(DSC_BOOST boost/crc.hpp REQUIRED)
# The store by which ranks of several hosts meet: HTTP, server and client. Debian's library is built with OpenSSL, on which
# the layout of its classes depends.
find_path(DSC_HTTPLIB_HEADERS httplib.h REQUIRED)
find_library(DSC_HTTPLIB NAMES cpp-httplib REQUIRED)
add_library(DscHttplib INTERFACE)
target_link_libraries(DscHttplib INTERFACE ${DSC_HTTPLIB})
target_compile_definitions(DscHttplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT)
