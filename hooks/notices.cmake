# What a packager and a lawyer ask for: the licence of Kairon Gate and the notices of what is linked
# statically, read from the packages of the build machine, so that they are those of the code that is
# really inside. Produces in ${CMAKE_BINARY_DIR}/notices: `copyright` (the summary, Debian's format),
# `NOTICES` (every component's own text), `licences/` (the long licences that these refer to).

# Fills KAIRON_OWNERS with "FILE=PACKAGE" of the Debian packages that files of the build machine belong
# to; asked once for all of them, because dpkg reads its whole database each time.
function(kairon_find_owners)
  set(names "")
  foreach(file IN LISTS ARGN)
    get_filename_component(real "${file}" REALPATH)
    list(APPEND names "${file}" "${real}")
  endforeach()
  execute_process(COMMAND dpkg-query -S ${names} OUTPUT_VARIABLE said RESULT_VARIABLE ignored ERROR_QUIET)
  string(REPLACE "\n" ";" said "${said}")
  set(owners "")
  foreach(line IN LISTS said)
    if(line MATCHES "^([a-z0-9.+-]+)[:,].* (/.*)$")
      list(APPEND owners "${CMAKE_MATCH_2}=${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(KAIRON_OWNERS "${owners}" PARENT_SCOPE)
endfunction()

function(kairon_package_of result file)
  set(${result} "" PARENT_SCOPE)
  get_filename_component(real "${file}" REALPATH)
  foreach(name "${file}" "${real}")
    foreach(owner IN LISTS KAIRON_OWNERS)
      string(FIND "${owner}" "${name}=" at)
      if(at EQUAL 0)
        string(LENGTH "${name}=" length)
        string(SUBSTRING "${owner}" ${length} -1 package)
        set(${result} "${package}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
endfunction()

# Appends one component to NOTICES. A text that cannot be found is named with the place to look, and
# `package` refuses it (KAIRON_NOTICES_MISSING).
function(kairon_notice title file)
  if(EXISTS "${file}")
    file(READ "${file}" text)
    file(APPEND "${KAIRON_NOTICES}/NOTICES" "\n==== ${title} ====\n\n")
    file(APPEND "${KAIRON_NOTICES}/NOTICES" "${text}")
  else()
    file(APPEND "${KAIRON_NOTICES}/NOTICES" "\n==== ${title} ====\n\nSee the licence text that its project publishes.\n")
    set_property(GLOBAL APPEND PROPERTY KAIRON_NOTICES_MISSING "${title}")
  endif()
endfunction()

function(kairon_static_component archive)
  if(NOT EXISTS "${archive}")
    return()
  endif()
  kairon_package_of(package "${archive}")
  get_filename_component(name "${archive}" NAME)
  get_property(seen GLOBAL PROPERTY KAIRON_NOTICES_SEEN)
  if(package AND package IN_LIST seen)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY KAIRON_NOTICES_SEEN "${package}")
  set(version "")
  if(package)
    execute_process(COMMAND dpkg-query -W -f "\${Version}" "${package}" OUTPUT_VARIABLE version ERROR_QUIET)
  endif()
  # Headers count too: fmt and RapidJSON are nothing else.
  string(REGEX REPLACE "\\.h$" " and the headers around it" name "${name}")
  set(text "/usr/share/doc/${package}/copyright")
  if(EXISTS "${text}")
    file(SHA256 "${text}" sum)
    if(sum IN_LIST seen)
      return() # libgcc has that of libstdc++
    endif()
    set_property(GLOBAL APPEND PROPERTY KAIRON_NOTICES_SEEN "${sum}")
  endif()
  kairon_notice("${name} (Debian package ${package} ${version})" "${text}")
  set_property(GLOBAL APPEND PROPERTY KAIRON_NOTICES_NAMES "${package} ${version}")
endfunction()

set(KAIRON_NOTICES "${CMAKE_BINARY_DIR}/notices")
file(MAKE_DIRECTORY "${KAIRON_NOTICES}")
file(WRITE "${KAIRON_NOTICES}/NOTICES"
"Kairon Gate is under the MIT licence (LICENSE). Its programs contain the code named below, linked
statically or from headers. Debian's copyright files follow as they were on the build machine; the long
licences that they refer to as /usr/share/common-licenses/NAME are in the folder licences/ of an archive
and at that very place on Debian and Ubuntu.

libgit2 is under the GNU General Public License 2 with a linking exception that allows what is done here.
libstdc++ and libgcc are under the GNU General Public License 3 with the GCC Runtime Library Exception.
The GNU C Library is under the GNU Lesser General Public License 2.1: whoever wants these programs with
another version of it links them again from the source of Kairon Gate, which is published in full.
")
set(kairon_static_archives ${kairon_git_archives} ${TREE_SITTER_STATIC} ${PG_QUERY_LIBRARY})
list(FILTER kairon_static_archives INCLUDE REGEX "\\.a$")
if(KAIRON_STATIC_HOOKS)
  list(APPEND kairon_static_archives ${KAIRON_ARCHIVE_crypto})
  foreach(name libstdc++.a libgcc.a libc.a)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${name} OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND kairon_static_archives ${path})
  endforeach()
endif()
find_path(kairon_fmt_headers fmt/core.h)
find_path(kairon_rapidjson_headers rapidjson/rapidjson.h)
mark_as_advanced(kairon_fmt_headers kairon_rapidjson_headers)
list(APPEND kairon_static_archives ${kairon_fmt_headers}/fmt/core.h ${kairon_rapidjson_headers}/rapidjson/rapidjson.h)
set_property(GLOBAL PROPERTY KAIRON_NOTICES_SEEN "")
set_property(GLOBAL PROPERTY KAIRON_NOTICES_MISSING "")
kairon_find_owners(${kairon_static_archives})
foreach(archive IN LISTS kairon_static_archives)
  kairon_static_component("${archive}")
endforeach()
kairon_notice("tree-sitter-javascript ${KAIRON_GRAMMAR_VERSION}" "${KAIRON_GRAMMAR_DIR}/package/LICENSE")

# The long licences, for those who have no Debian at hand.
file(REMOVE_RECURSE "${KAIRON_NOTICES}/licences")
file(READ "${KAIRON_NOTICES}/NOTICES" kairon_notices_text)
string(REGEX MATCHALL "/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]" kairon_long "${kairon_notices_text}")
list(REMOVE_DUPLICATES kairon_long)
foreach(licence IN LISTS kairon_long)
  if(EXISTS "${licence}")
    get_filename_component(real "${licence}" REALPATH)
    get_filename_component(name "${licence}" NAME)
    configure_file("${real}" "${KAIRON_NOTICES}/licences/${name}" COPYONLY)
  endif()
endforeach()

# The summary; what the components say in full is in NOTICES.
get_property(kairon_names GLOBAL PROPERTY KAIRON_NOTICES_NAMES)
list(APPEND kairon_names "tree-sitter-javascript ${KAIRON_GRAMMAR_VERSION}")
list(JOIN kairon_names ",\n " kairon_names)
file(READ "${CMAKE_SOURCE_DIR}/LICENSE" kairon_mit)
string(REGEX REPLACE "^MIT License\n+Copyright[^\n]*\n+" "" kairon_mit "${kairon_mit}")
string(STRIP "${kairon_mit}" kairon_mit)
string(REPLACE "\n\n" "\n.\n" kairon_mit "${kairon_mit}")
string(REPLACE "\n" "\n " kairon_mit "${kairon_mit}")
file(WRITE "${KAIRON_NOTICES}/copyright"
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Kairon Gate
Comment: The programs contain code of other projects, linked statically or from headers:
 ${kairon_names}.
 The file NOTICES in this folder has the copyright and licence of each in full.

Files: *
Copyright: 2026 The Kairon Gate authors
License: Expat

License: Expat
 ${kairon_mit}
")
