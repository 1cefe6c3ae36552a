# Completions, and man pages where lowdown is installed, in the layout of share/: made by the program that was built and
# from lib/manual. install.cmake installs what is there.
set(kairon_share ${CMAKE_BINARY_DIR}/share)
set(kairon_shared_files "")

foreach(pair "bash|bash-completion/completions/kairon" "zsh|zsh/site-functions/_kairon" "fish|fish/vendor_completions.d/kairon.fish")
  string(REPLACE "|" ";" pair "${pair}")
  list(GET pair 0 shell)
  list(GET pair 1 path)
  get_filename_component(folder ${kairon_share}/${path} DIRECTORY)
  # By the target's name: an emulator runs it when it is cross-compiled.
  add_custom_command(OUTPUT ${kairon_share}/${path} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
                     COMMAND kairon completion ${shell} > ${kairon_share}/${path} DEPENDS kairon VERBATIM)
  list(APPEND kairon_shared_files ${kairon_share}/${path})
endforeach()

find_program(KAIRON_LOWDOWN lowdown)
find_program(KAIRON_GZIP gzip)
if(KAIRON_LOWDOWN AND KAIRON_GZIP)
  foreach(page IN LISTS kairon_manual)
    get_filename_component(topic ${page} NAME_WE)
    if(topic STREQUAL "README")
      continue()
    elseif(topic STREQUAL "kairon")
      set(out ${kairon_share}/man/man1/kairon.1)
    else()
      set(out ${kairon_share}/man/man7/kairon-${topic}.7)
    endif()
    get_filename_component(folder ${out} DIRECTORY)
    add_custom_command(OUTPUT ${out}.gz
                       COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
                       COMMAND ${CMAKE_COMMAND} -DPAGE=${page} -DOUT=${out} -DLOWDOWN=${KAIRON_LOWDOWN} -P ${CMAKE_SOURCE_DIR}/hooks/man_page.cmake
                       COMMAND ${KAIRON_GZIP} -9 -n -f ${out}
                       DEPENDS ${page} ${CMAKE_SOURCE_DIR}/hooks/man_page.cmake VERBATIM)
    list(APPEND kairon_shared_files ${out}.gz)
  endforeach()
else()
  message(STATUS "lowdown or gzip is not installed: no man pages are made; kairon help TOPIC shows them")
endif()
add_custom_target(kairon_share ALL DEPENDS ${kairon_shared_files})
