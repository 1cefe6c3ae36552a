# Native code that the tests of the fence upload into a server.
add_library(attack_library MODULE postgres/attack/attack_library.cpp)
target_link_libraries(attack_library PRIVATE kairon_warnings)
set_target_properties(attack_library PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET default)
target_compile_definitions(test_postgres PRIVATE KAIRON_ATTACK_LIBRARY="$<TARGET_FILE:attack_library>")
add_dependencies(test_postgres attack_library)
# A server without the sanitizers' run time loads it.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  target_compile_options(attack_library PRIVATE -fno-sanitize=all)
  target_link_options(attack_library PRIVATE -fno-sanitize=all)
endif()
