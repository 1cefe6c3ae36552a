target_sources(test_deploy PRIVATE n8n/fake_server.cpp deploy/world.cpp)
