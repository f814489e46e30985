# Compresses what Debian wants compressed, in the folders that CPack is about to pack; the same bytes every time.
file(GLOB files
  ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/man*/*.[0-9]
  ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog
  ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog.Debian)
if(NOT files)
  message(FATAL_ERROR "There are no manual pages and changelogs under ${CPACK_TEMPORARY_DIRECTORY}: has CPack moved its folders?")
endif()
foreach(file IN LISTS files)
  execute_process(COMMAND gzip -9 -n -f ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
