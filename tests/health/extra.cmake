target_sources(test_health PRIVATE n8n/fake_server.cpp n8n/fake_store.cpp deploy/world.cpp)
