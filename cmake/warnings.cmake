# oddport_add_library(NAME SOURCES...): one static library a folder, warnings as errors, headers seen from the root.
function(oddport_set_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees overlaps in operator+(const char*, std::string) that are none (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
endfunction()

function(oddport_add_library target)
  add_library(${target} STATIC ${ARGN})
  oddport_set_warnings(${target})
endfunction()
