# The JavaScript grammar: npm package tree-sitter-javascript, generated C, never committed.
# Fetched once with npm, its SHA-512 compared with npm's published integrity, kept in the user's
# cache; afterwards the build needs no network. Sets KAIRON_GRAMMAR_DIR.
set(KAIRON_GRAMMAR_VERSION 0.21.4)
set(KAIRON_GRAMMAR_SHA512
    2eb93cc9a85e6f0af0735b16244f713dccf53a79ea88457b0e1e5f6cde84377c0d01dbbdaf4e87a53a8ba83c1451b9c6e04078e927e4f8524500e95d7e828b3b)

if(DEFINED ENV{XDG_CACHE_HOME})
  set(kairon_cache "$ENV{XDG_CACHE_HOME}/kairon")
else()
  set(kairon_cache "$ENV{HOME}/.cache/kairon")
endif()
set(kairon_tarball "${kairon_cache}/tree-sitter-javascript-${KAIRON_GRAMMAR_VERSION}.tgz")
set(KAIRON_GRAMMAR_DIR "${CMAKE_BINARY_DIR}/tree-sitter-javascript-${KAIRON_GRAMMAR_VERSION}")

function(kairon_grammar_is_sound result file)
  set(${result} FALSE PARENT_SCOPE)
  if(EXISTS "${file}")
    file(SHA512 "${file}" sum)
    if(sum STREQUAL KAIRON_GRAMMAR_SHA512)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

function(kairon_fetch_grammar)
  set(command npm pack tree-sitter-javascript@${KAIRON_GRAMMAR_VERSION} --pack-destination "${kairon_cache}")
  string(REPLACE ";" " " shown "${command}")
  find_program(KAIRON_NPM npm)
  file(MAKE_DIRECTORY "${kairon_cache}")
  if(NOT KAIRON_NPM)
    message(FATAL_ERROR "The JavaScript grammar is not in ${kairon_cache} and npm is not installed.\n"
                        "Install npm (apt-get install npm), or on a machine that has it run\n  ${shown}\n"
                        "and copy the file to ${kairon_tarball}")
  endif()
  message(STATUS "Fetching tree-sitter-javascript ${KAIRON_GRAMMAR_VERSION} with npm")
  execute_process(COMMAND ${command} --silent WORKING_DIRECTORY "${kairon_cache}" RESULT_VARIABLE failed
                  OUTPUT_QUIET ERROR_VARIABLE reason)
  kairon_grammar_is_sound(sound "${kairon_tarball}")
  if(failed OR NOT sound)
    file(REMOVE "${kairon_tarball}")
    message(FATAL_ERROR "The JavaScript grammar could not be fetched, or its SHA-512 differs from the pinned one.\n"
                        "${reason}\nRun this where the npm registry can be reached:\n  ${shown}")
  endif()
endfunction()

kairon_grammar_is_sound(kairon_grammar_sound "${kairon_tarball}")
if(NOT kairon_grammar_sound)
  kairon_fetch_grammar()
endif()
if(NOT EXISTS "${KAIRON_GRAMMAR_DIR}/package/src/parser.c")
  file(ARCHIVE_EXTRACT INPUT "${kairon_tarball}" DESTINATION "${KAIRON_GRAMMAR_DIR}")
endif()
