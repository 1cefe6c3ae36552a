target_sources(test_corpus PRIVATE corpus/classes.cpp lint/support.cpp)
