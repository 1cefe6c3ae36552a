# Writes a .cpp with the commit of the sources and the version of the JavaScript grammar. Runs at every
# build, so that the commit is that of the build and not of the last configuration; the file only
# changes when they do. Run with -DOUT=... -DTOP=... -DGRAMMAR_VERSION=...
set(commit "unknown")
# git replaces the placeholder in an archive (.gitattributes: export-subst).
file(STRINGS "${TOP}/lib/archive_commit.txt" archived LIMIT_COUNT 1)
if(archived MATCHES "^[0-9a-f]+$")
  set(commit "${archived}")
elseif(EXISTS "${TOP}/.git")
  find_program(KAIRON_GIT git)
  if(KAIRON_GIT)
    # Read by root from a user's checkout, too: this only names the commit.
    set(git ${KAIRON_GIT} -c "safe.directory=${TOP}" -C "${TOP}")
    execute_process(COMMAND ${git} rev-parse --verify -q HEAD OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                    RESULT_VARIABLE failed ERROR_QUIET)
    if(failed)
      set(commit "unknown")
    else()
      execute_process(COMMAND ${git} --no-optional-locks status --porcelain --untracked-files=no
                      OUTPUT_VARIABLE changes ERROR_QUIET)
      if(changes)
        string(APPEND commit "-dirty")
      endif()
    endif()
  endif()
endif()
set(text "// Made by lib/source_version.cmake.\n#include \"base/build_id.h\"\n\nnamespace kairon {\n")
string(APPEND text "std::string_view source_commit() { return \"${commit}\"; }\n")
string(APPEND text "std::string_view grammar_version() { return \"${GRAMMAR_VERSION}\"; }\n}  // namespace kairon\n")
set(old "")
if(EXISTS "${OUT}")
  file(READ "${OUT}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${OUT}" "${text}")
endif()
