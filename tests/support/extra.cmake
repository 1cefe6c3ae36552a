# The static checks, and the test that shows each of them failing.
foreach(check floors sizes format tree std_names)
  add_test(NAME static.${check} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_${check}.sh)
  set_tests_properties(static.${check} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
add_test(NAME static.batches COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_batches.sh ${CMAKE_BINARY_DIR}/batches.txt)
add_test(NAME static.tidy COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_tidy.sh ${CMAKE_BINARY_DIR})
set_tests_properties(static.tidy PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 3600)
add_test(NAME static.shell COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_shell.sh)
set_tests_properties(static.shell PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME static.new_rule COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_new_rule.sh ${CMAKE_CXX_COMPILER} ${CMAKE_COMMAND})
add_test(NAME static.additions COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_additions.sh ${CMAKE_CXX_COMPILER} ${CMAKE_COMMAND})
add_test(NAME static.workflows COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_workflows.sh)
set_tests_properties(static.workflows PROPERTIES SKIP_RETURN_CODE 77)
# Both commands in fresh systems of both Debian releases: with KAIRON_FULL=1.
foreach(release bookworm trixie)
  add_test(NAME install.${release} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/minimal_root.sh ${release} --only-full)
  set_tests_properties(install.${release} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 14400 RUN_SERIAL ON)
endforeach()
add_test(NAME static.selftest COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/selftest.sh)
add_test(NAME static.manual COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_manual.sh ${CMAKE_BINARY_DIR})
add_test(NAME static.readme COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_readme.sh ${CMAKE_BINARY_DIR})

add_test(NAME static.rules_table COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_rules_table.sh $<TARGET_FILE:kairon>
                                         ${CMAKE_SOURCE_DIR}/lib/lint/RULES.md)
add_test(NAME report.sarif COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/support/check_sarif.sh $<TARGET_FILE:kairon>
                                   ${CMAKE_CURRENT_SOURCE_DIR}/fixtures/rules)
set_tests_properties(report.sarif PROPERTIES SKIP_RETURN_CODE 77)
