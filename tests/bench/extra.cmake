# Benchmarks print ratios beside their budgets (DESIGN section 6); nothing is asserted by wall clock.
# ctest runs them with few rounds, so that they keep working; KAIRON_FULL=1 gives them many.
add_executable(bench_noop bench/noop.c)
if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize") # the sanitizers' run time is a shared library
  target_link_options(bench_noop PRIVATE -static)
endif()
add_executable(bench_gate bench/gate_bench.cpp)
target_link_libraries(bench_gate PRIVATE kairon_all kairon_warnings)
target_include_directories(bench_gate PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(bench_gate PRIVATE KAIRON_BUILD_DIR="${CMAKE_BINARY_DIR}" KAIRON_NOOP="$<TARGET_FILE:bench_noop>")
add_dependencies(bench_gate bench_noop kairon pre-commit pre-push post-merge)
add_test(NAME bench.gate COMMAND bench_gate)
set_tests_properties(bench.gate PROPERTIES TIMEOUT 900 RUN_SERIAL TRUE)
add_executable(bench_lint_migrations bench/lint_migrations.cpp)
target_link_libraries(bench_lint_migrations PRIVATE kairon_all kairon_warnings)
add_test(NAME bench.lint_migrations COMMAND bench_lint_migrations)
add_test(NAME bench.diff COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/bench/diff.sh ${CMAKE_BINARY_DIR})
set_tests_properties(bench.diff PROPERTIES TIMEOUT 600 RUN_SERIAL TRUE)
