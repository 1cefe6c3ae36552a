# Plain programs, no fuzzing engine: they damage their seeds with a fixed random seed. By hand:
# fuzz_javascript ITERATIONS SEED.
add_executable(fuzz_javascript fuzz/javascript_fuzz.cpp)
target_include_directories(fuzz_javascript PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(fuzz_javascript PRIVATE kairon_all kairon_warnings)
add_test(NAME fuzz.javascript COMMAND fuzz_javascript 2000 1)
set_tests_properties(fuzz.javascript PROPERTIES TIMEOUT 300)
add_executable(fuzz_sql fuzz/sql_fuzz.cpp)
target_include_directories(fuzz_sql PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(fuzz_sql PRIVATE kairon_all kairon_warnings)
add_test(NAME fuzz.sql COMMAND fuzz_sql 3000 1)
set_tests_properties(fuzz.sql PROPERTIES TIMEOUT 300)
# 20,000 inputs; a million with KAIRON_FULL=1 (tests/run.sh --full).
add_executable(fuzz_workflow fuzz/workflow_fuzz.cpp)
target_include_directories(fuzz_workflow PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(fuzz_workflow PRIVATE KAIRON_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(fuzz_workflow PRIVATE kairon_all kairon_warnings)
add_test(NAME fuzz.workflow COMMAND fuzz_workflow)
set_tests_properties(fuzz.workflow PROPERTIES TIMEOUT 7200)
