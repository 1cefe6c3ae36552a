# The one exemption from the sanitizers: until its first allocation RapidJSON 1.1.0 adds to a null pointer
# (internal/stack.h, Stack::Reserve). Only these files include its headers; our own arithmetic in them is on indexes.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[a-z,]*undefined")
  file(GLOB kairon_rapidjson_users CONFIGURE_DEPENDS lib/json/*.cpp)
  set_source_files_properties(${kairon_rapidjson_users} PROPERTIES COMPILE_OPTIONS -fno-sanitize=pointer-overflow)
endif()
