target_sources(test_lint PRIVATE lint/support.cpp)
