target_sources(test_diff PRIVATE diff/apply.cpp)
