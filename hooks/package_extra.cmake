# Run by CPack in the staging folder: what a package has and an installation by hand does not.
if(CPACK_KAIRON_NOTICES_MISSING)
  message(FATAL_ERROR "no licence text for: ${CPACK_KAIRON_NOTICES_MISSING}\n"
                      "help: install the packages that these files come from, with their /usr/share/doc")
endif()
# A .deb is staged with DESTDIR, which file(INSTALL) puts in front by itself and file(WRITE) does not;
# an archive is staged with a prefix.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  file(INSTALL "${CPACK_KAIRON_NOTICES}/licences" DESTINATION "${CMAKE_INSTALL_PREFIX}/share/doc/kairon")
  return()
endif()
file(INSTALL "${CPACK_KAIRON_SOURCE}/hooks/debian/lintian-overrides" DESTINATION "/usr/share/lintian/overrides" RENAME kairon)

# Debian's changelog: an entry that names ours.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(changelog "$ENV{DESTDIR}/usr/share/doc/kairon/changelog.Debian")
file(WRITE "${changelog}"
     "kairon (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
     "  * Release ${CPACK_PACKAGE_VERSION}: what changed is in changelog.gz.\n\n"
     " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
configure_file("${CPACK_KAIRON_SOURCE}/.github/CHANGELOG.md" "$ENV{DESTDIR}/usr/share/doc/kairon/changelog" COPYONLY)
execute_process(COMMAND gzip -9nf changelog changelog.Debian WORKING_DIRECTORY "$ENV{DESTDIR}/usr/share/doc/kairon"
                RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "gzip is missing: the changelog cannot be packed")
endif()
