# The four executables. The hooks start on every git command, so they link statically and only what
# they use; `kairon` links everything and serves the hooks as a child where a database or n8n is needed.
foreach(hook pre_commit pre_push post_merge)
  string(REPLACE "_" "-" name ${hook})
  add_executable(${name} hooks/${hook}.cpp)
  target_link_libraries(${name} PRIVATE kairon_warnings kairon_all)
endforeach()
add_executable(kairon hooks/kairon.cpp)
target_link_libraries(kairon PRIVATE kairon_warnings kairon_all)

install(TARGETS kairon RUNTIME DESTINATION bin)
install(TARGETS pre-commit pre-push post-merge RUNTIME DESTINATION libexec/kairon/hooks)
