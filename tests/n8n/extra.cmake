target_sources(test_n8n PRIVATE n8n/fake_server.cpp n8n/fake_store.cpp)
