# The six executables. The hooks start on every git command, so they link statically and only what
# they use; `kairon` links everything and serves the hooks as a child where a database or n8n is needed.
# An interface target of its own, so that it stands behind everything that needs it.
add_library(kairon_hook_crypto INTERFACE)
if(KAIRON_STATIC_HOOKS)
  target_link_libraries(kairon_hook_crypto INTERFACE ${KAIRON_ARCHIVE_crypto})
else()
  target_link_libraries(kairon_hook_crypto INTERFACE OpenSSL::Crypto)
endif()
foreach(hook pre_commit pre_push post_merge pre_receive)
  string(REPLACE "_" "-" name ${hook})
  add_executable(${name} hooks/${hook}.cpp)
  target_link_libraries(${name} PRIVATE kairon_warnings kairon_hook kairon_hook_crypto)
  if(KAIRON_STATIC_HOOKS)
    # The linker warns of getpwuid and getaddrinfo, which libgit2 has for transports. Its option
    # --no-warnings is no way out: it silences undefined symbols too and links them as null.
    target_link_options(${name} PRIVATE -static)
  endif()
endforeach()
# Runs at every commit only to leave: one file of the library and zlib.
add_executable(post-commit hooks/post_commit.cpp)
if(KAIRON_STATIC_HOOKS)
  target_link_libraries(post-commit PRIVATE kairon_warnings kairon_lib ${KAIRON_ARCHIVE_z})
  target_link_options(post-commit PRIVATE -static)
else()
  target_link_libraries(post-commit PRIVATE kairon_warnings kairon_lib z)
endif()
add_executable(kairon hooks/kairon.cpp)
target_link_libraries(kairon PRIVATE kairon_warnings kairon_all)

include(hooks/share.cmake)
include(hooks/install.cmake)
