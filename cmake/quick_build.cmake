# ODDPORT_QUICK_BUILD: a first build in half the time, by reading what many files include once for all of them. Without it, which is
# how most presets build, an include that a file lacks is found, and clang's tools can read the commands of GCC.

# oddport_precompile(TARGET HEADERS...): headers of libraries only, so that no name of ours comes to a file that did not ask for it.
function(oddport_precompile target)
  if(ODDPORT_QUICK_BUILD)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <cstddef> <cstdint> <memory> <optional> <span> <string> <string_view> <utility> <vector> ${ARGN})
    # GCC no longer knows a precompiled header for a system's, and so tells what it only suspects inside std::string. It walks all
    # that it holds whenever it looks for what it could free: below half a gigabyte it need not.
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread --param=ggc-min-heapsize=524288)
    endif()
  endif()
endfunction()

# oddport_compile_together(TARGET COUNT): COUNT sources at once, which must not define the same name, not even each for itself.
function(oddport_compile_together target count)
  if(ODDPORT_QUICK_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${count})
  endif()
endfunction()
