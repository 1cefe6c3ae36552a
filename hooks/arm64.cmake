# Cross-compiles for arm64 on Debian: dpkg --add-architecture arm64, then install g++-aarch64-linux-gnu,
# qemu-user-static and the -dev packages of install.sh with the suffix :arm64. Use with
#   cmake -B build-arm64 -G Ninja -DCMAKE_TOOLCHAIN_FILE=hooks/arm64.cmake -DKAIRON_BUILD_TESTS=OFF
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(PKG_CONFIG_EXECUTABLE /usr/bin/aarch64-linux-gnu-pkg-config)
if(NOT EXISTS ${PKG_CONFIG_EXECUTABLE})
  set(PKG_CONFIG_EXECUTABLE /usr/bin/pkg-config)
  set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
# Runs what the configuration tries out (lib/git/link.cmake).
find_program(kairon_qemu NAMES qemu-aarch64-static qemu-aarch64)
set(CMAKE_CROSSCOMPILING_EMULATOR ${kairon_qemu})
