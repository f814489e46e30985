# The Debian packages: one a component, made by CPack of what `cmake --install` puts into /usr.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  message(FATAL_ERROR "Debian packages install into /usr: configure with -DCMAKE_INSTALL_PREFIX=/usr, or use tools/package")
endif()
set(debian ${CMAKE_CURRENT_LIST_DIR}/debian)

# The newest entry of Debian's changelog says which version this is; the project must agree.
file(STRINGS ${debian}/changelog entry LIMIT_COUNT 1)
string(REGEX MATCH "\\(([^-)]+)-([^)]+)\\)" version "${entry}")
if(NOT CMAKE_MATCH_1 STREQUAL PROJECT_VERSION)
  message(FATAL_ERROR "packaging/debian/changelog begins with version ${CMAKE_MATCH_1}, the project is ${PROJECT_VERSION}: add an entry")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_2})
set(debian_version ${CMAKE_MATCH_1}-${CMAKE_MATCH_2})

# Component, package and the rest, for each of the packages below.
set(components "")
function(oddport_add_package component package section summary description)
  string(TOUPPER ${component} name)
  set(CPACK_DEBIAN_${name}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${name}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${name}_DESCRIPTION "${summary}\n${description}" PARENT_SCOPE)
  set(components ${components} ${component} PARENT_SCOPE)
  set(folder ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package})
  install(FILES ${debian}/copyright DESTINATION ${folder} COMPONENT ${component})
  install(FILES ${debian}/changelog DESTINATION ${folder} COMPONENT ${component} RENAME changelog.Debian)
  install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${folder} COMPONENT ${component} RENAME changelog)
endfunction()

oddport_add_package(program oddport net "label traffic on the obscure ports 500-1023"
"Reads captures, probes hosts, listens on interfaces or looks at the sockets
of this machine, and labels every conversation on the ports 500-1023 as
expected, legacy, unofficial or unknown: by what its bytes are, never by what
a table calls the number. It says why, and how sure it is.")
oddport_add_package(library liboddport1 libs "label traffic on the obscure ports 500-1023 - library"
"The classifier, the flow table and the port registry of oddport for programs
in C and whatever calls C.")
oddport_add_package(development liboddport-dev libdevel "label traffic on the obscure ports 500-1023 - development files"
"The header of liboddport, and what CMake and pkg-config want to know of it.")
oddport_add_package(nmap oddport-nmap net "label traffic on the obscure ports 500-1023 - script for nmap"
"The script oddport for nmap labels open ports by what version detection saw
and, where that does not settle it, by the dialogue of oddport.")
if(ODDPORT_WIRESHARK)
  oddport_add_package(wireshark oddport-wireshark net "label traffic on the obscure ports 500-1023 - plugin for Wireshark"
"A post-dissector for Wireshark and tshark: every packet of a watched
conversation has its label, protocol, certainty and reason as fields.")
endif()

# Where oddport looks for what holds for all users; nothing is set in it.
install(FILES ${CMAKE_CURRENT_LIST_DIR}/oddport.toml DESTINATION /etc/oddport COMPONENT program)
install(DIRECTORY DESTINATION /etc/oddport/rules.d COMPONENT program)

install(FILES ${debian}/program/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME oddport COMPONENT program)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "The oddport authors")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_SET_DESTDIR ON)  # units and configuration lie outside /usr
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/compress_documents.cmake)

set(ODDPORT_MAINTAINER "The oddport authors <oddport@oddport.invalid>" CACHE STRING "Who answers for the Debian packages, with an address")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${ODDPORT_MAINTAINER})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY >=)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "adduser, libcap2-bin, debconf (>= 0.5) | debconf-2.0")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
  ${debian}/program/conffiles ${debian}/program/config ${debian}/program/templates ${debian}/program/postinst ${debian}/program/prerm ${debian}/program/postrm)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${debian}/library/triggers)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "liboddport1 (= ${debian_version})")
set(CPACK_DEBIAN_NMAP_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_NMAP_PACKAGE_DEPENDS "nmap, oddport (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_WIRESHARK_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_WIRESHARK_PACKAGE_DEPENDS "liboddport1 (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_WIRESHARK_PACKAGE_RECOMMENDS "wireshark | tshark")
# dpkg-shlibdeps does not know liboddport yet.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
include(CPack)
