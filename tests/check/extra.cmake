target_sources(test_check PRIVATE lint/support.cpp)
