target_sources(test_n8n PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/n8n/fake_server.cpp ${CMAKE_CURRENT_SOURCE_DIR}/n8n/world.cpp)
