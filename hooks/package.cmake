# `cmake --build build --target package` makes a .deb, `cpack -G TGZ` in the build folder a tar.gz.
#
# The .deb depends on shared libraries for `kairon` alone; the hooks are static. What Debian's lintian
# says about that is overridden in hooks/debian/lintian-overrides, with the reason for each line.
set(CPACK_PACKAGE_NAME kairon)
set(CPACK_PACKAGE_VENDOR "Kairon Gate")
set(CPACK_PACKAGE_CONTACT "The Kairon Gate authors <maintainers@kairon-gate.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "git hooks that gate n8n workflows and SQL migrations")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Kairon Gate judges what is staged, pushed and merged: n8n workflows (JSON)
and SQL migrations. It refuses broken workflows and unsafe migrations with
line and column, and leaves the work tree untouched.
.
The program kairon runs the same checks by hand, tries migrations on a
throw-away PostgreSQL, deploys, backs up and restores.")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_SOURCE_DIR}/hooks/package_options.cmake")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS git)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, postgresql, openssh-client")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/hooks/debian/prerm;${CMAKE_SOURCE_DIR}/hooks/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "age, gnupg, npm")

# Only a package has these: an installation by hand has its licence and no changelog of Debian's.
set(CPACK_KAIRON_SOURCE "${CMAKE_SOURCE_DIR}")
set(CPACK_KAIRON_NOTICES "${KAIRON_NOTICES}")
get_property(kairon_notices_missing GLOBAL PROPERTY KAIRON_NOTICES_MISSING)
set(CPACK_KAIRON_NOTICES_MISSING "${kairon_notices_missing}")
set(CPACK_INSTALL_SCRIPTS "${CMAKE_SOURCE_DIR}/hooks/package_extra.cmake")
# Debian's word for the machine that the programs run on, also when they are cross-compiled.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(CPACK_KAIRON_ARCHITECTURE amd64)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(CPACK_KAIRON_ARCHITECTURE arm64)
else()
  set(CPACK_KAIRON_ARCHITECTURE ${CMAKE_SYSTEM_PROCESSOR})
endif()
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${CPACK_KAIRON_ARCHITECTURE})
include(CPack)
