# How programs get libgit2. The target `kairon_git` is libgit2.a with link_stubs.c in the place of
# its network transports, so that a program starts in 1 ms rather than 12; KAIRON_STATIC_HOOKS says
# whether such a program links with -static. Both are tried here, since the stubs' names are
# private to libgit2; what does not link falls back to the ordinary shared library, with a notice.
set(kairon_git_archives "")
foreach(name git2 mbedcrypto http_parser llhttp pcre2-8 z)
  find_library(KAIRON_ARCHIVE_${name} NAMES lib${name}.a)
  mark_as_advanced(KAIRON_ARCHIVE_${name})
  if(KAIRON_ARCHIVE_${name})
    list(APPEND kairon_git_archives ${KAIRON_ARCHIVE_${name}})
  endif()
endforeach()
# Where a distribution builds libgit2 with OpenSSL it also hashes with it. What links dynamically
# takes the shared libcrypto: libpq and libcurl bring it, and there must not be two.
find_library(KAIRON_ARCHIVE_crypto NAMES libcrypto.a)
mark_as_advanced(KAIRON_ARCHIVE_crypto)

# kairon_try_link(RESULT ARGUMENTS...): does the probe link, and does libgit2 start in it?
function(kairon_try_link result)
  if(KAIRON_ARCHIVE_git2)
    set(stubs ${CMAKE_SOURCE_DIR}/lib/git/link_stubs.c)
    kairon_probe(${result} "libgit2.a links with ${stubs} ${ARGN}" "${CMAKE_SOURCE_DIR}/lib/git/link_probe.c;${stubs}"
                 ${kairon_git_archives} ${ARGN})
  endif()
endfunction()
kairon_try_link(KAIRON_GIT_ARCHIVE_LINKS OpenSSL::Crypto)
kairon_try_link(KAIRON_GIT_STATIC_LINKS ${KAIRON_ARCHIVE_crypto} -static)

add_library(kairon_git INTERFACE)
if(KAIRON_GIT_ARCHIVE_LINKS)
  add_library(kairon_git_stubs STATIC lib/git/link_stubs.c)
  kairon_link_whole(kairon_git kairon_git_stubs)
  kairon_try_stub(kairon_git git/link_pcre2.c "git/link_probe.c;git/link_stubs.c" ${kairon_git_archives} OpenSSL::Crypto)
  target_link_libraries(kairon_git INTERFACE ${kairon_git_archives})
else()
  message(NOTICE "note: libgit2.a does not link without its transports: the hooks use the shared libgit2 "
                 "and start some 10 ms later")
  target_link_libraries(kairon_git INTERFACE PkgConfig::LIBGIT2)
endif()

set(KAIRON_STATIC_HOOKS OFF)
if(KAIRON_GIT_ARCHIVE_LINKS AND KAIRON_GIT_STATIC_LINKS AND KAIRON_ARCHIVE_crypto AND "${TREE_SITTER_STATIC}${PG_QUERY_LIBRARY}" MATCHES "\\.a.*\\.a$")
  set(KAIRON_STATIC_HOOKS ON)
elseif(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  message(NOTICE "note: the hooks do not link statically here: they start some milliseconds later")
endif()
