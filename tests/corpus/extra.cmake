target_sources(test_corpus PRIVATE corpus/classes.cpp diff/apply.cpp lint/support.cpp)
