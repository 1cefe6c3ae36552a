# Each script is the test e2e.<name>; one with the line "# both-sources" runs once per implementation
# of git::GitSource.
file(GLOB kairon_e2e CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/e2e/*.sh ${CMAKE_CURRENT_SOURCE_DIR}/e2e/*/*.sh)
list(FILTER kairon_e2e EXCLUDE REGEX "/(lib|installed)\\.sh$")
foreach(script IN LISTS kairon_e2e)
  get_filename_component(name ${script} NAME_WE)
  file(STRINGS ${script} both REGEX "^# both-sources$")
  set(sources "default")
  if(both)
    set(sources libgit2 git)
  endif()
  foreach(source IN LISTS sources)
    set(test e2e.${name})
    set(variables KAIRON_BUILD_DIR=${CMAKE_BINARY_DIR})
    if(both)
      string(APPEND test .${source})
      list(APPEND variables KAIRON_GIT_SOURCE=${source})
    endif()
    add_test(NAME ${test} COMMAND ${script})
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "${variables}" SKIP_RETURN_CODE 77 TIMEOUT 400)
    # 73 states through eight doors; engines that npm installs first; 50 rounds and five servers with KAIRON_FULL=1.
    if(name MATCHES "^(parity|engine|migrate_)")
      set_tests_properties(${test} PROPERTIES TIMEOUT 900)
    endif()
    if(name MATCHES "^n8n2?_") # may install n8n into the cache first; 30 kill points with KAIRON_FULL=1
      # One at a time, from the start on, while other tests use the second processor.
      set_tests_properties(${test} PROPERTIES TIMEOUT 1200 RESOURCE_LOCK n8n COST 1000)
    endif()
    if(name STREQUAL "n8n_audited") # 49 messages and two replays, with KAIRON_FULL=1 alone
      set_tests_properties(${test} PROPERTIES TIMEOUT 2400)
    endif()
  endforeach()
endforeach()
