add_test(NAME git.hooks_link COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/git/hooks_link.sh ${KAIRON_STATIC_HOOKS}
         $<TARGET_FILE:pre-commit> $<TARGET_FILE:pre-push> $<TARGET_FILE:post-merge> $<TARGET_FILE:post-commit> $<TARGET_FILE:pre-receive>)
