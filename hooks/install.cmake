# What `cmake --install` puts where. The layout below the prefix is the contract of lib/install: the
# programs find each other by it, so bin and libexec keep their names under every prefix.
include(GNUInstallDirs)
set(kairon_hooks_dir libexec/kairon/hooks)

install(TARGETS kairon RUNTIME DESTINATION bin)
install(TARGETS pre-commit pre-push post-merge post-commit RUNTIME DESTINATION ${kairon_hooks_dir})
# Not among the hooks of core.hooksPath: only `hooks install --server` has git run it.
install(TARGETS pre-receive RUNTIME DESTINATION libexec/kairon/server)
# Not writable: `git lfs update --force` writes through core.hooksPath, a link's target included. Only here, since
# an ordinary user's strip has to write to them before.
install(CODE [[
  foreach(name hooks/pre-commit hooks/pre-push hooks/post-merge hooks/post-commit server/pre-receive)
    file(CHMOD "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/libexec/kairon/${name}"
         FILE_PERMISSIONS OWNER_READ OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endforeach()
]])
# The other names that the gate answers (hook_names.cpp has the same list).
install(CODE [[
  set(folder "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/libexec/kairon/hooks")
  foreach(name pre-merge-commit pre-applypatch)
    file(CREATE_LINK pre-commit "${folder}/${name}" SYMBOLIC)
  endforeach()
  foreach(name post-rewrite post-checkout)
    file(CREATE_LINK post-merge "${folder}/${name}" SYMBOLIC)
  endforeach()
]])

include(hooks/notices.cmake)
set(kairon_documents ${CMAKE_INSTALL_DATADIR}/doc/kairon)
install(FILES LICENSE README.md ${KAIRON_NOTICES}/copyright ${KAIRON_NOTICES}/NOTICES DESTINATION ${kairon_documents})
install(FILES lib/diff/diff.schema.json lib/report/check.schema.json lib/report/baseline.schema.json lib/config/settings.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/kairon/schema)
# Pages and completions that the build makes in the layout of share/.
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR} OPTIONAL)

include(hooks/package.cmake)
