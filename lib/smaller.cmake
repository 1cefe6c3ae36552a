# What the archives bring that no program here calls is left out, where a definition of ours fits in its
# place. Nothing is lost where it does not: the hooks are larger then.

# kairon_link_whole(TARGET LIBRARY): TARGET links every member of LIBRARY here, before what is added later: a
# member of an archive is only taken for a name that is missing by then. In one word, since CMake keeps a
# repeated option once; in quotes, since CMake passes an option as it is and the build folder may have blanks.
function(kairon_link_whole target library)
  target_link_libraries(${target} INTERFACE "-Wl,--whole-archive,\"$<TARGET_FILE:${library}>\",--no-whole-archive")
  add_dependencies(${target} ${library})
endfunction()

# kairon_probe(RESULT MEANING SOURCES LIBRARIES...): the cached option RESULT says whether the sources link with
# the libraries and the program then ends with 0.
function(kairon_probe result meaning sources)
  if(NOT DEFINED ${result})
    set(folder ${CMAKE_BINARY_DIR}/CMakeFiles/${result})
    set(${result} OFF)
    try_compile(linked ${folder} SOURCES ${sources}
                CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${kairon_library_include_dirs}" LINK_LIBRARIES ${ARGN}
                COPY_FILE ${folder}/probe OUTPUT_VARIABLE said)
    if(linked)
      execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} ${folder}/probe RESULT_VARIABLE status)
      if(status EQUAL 0)
        set(${result} ON)
      endif()
    else()
      file(WRITE ${folder}/said.log "${said}")
    endif()
    set(${result} ${${result}} CACHE BOOL "${meaning}")
    mark_as_advanced(${result})
  endif()
  set(${result} ${${result}} PARENT_SCOPE)
endfunction()

# kairon_try_stub(TARGET STUB PROBE LIBRARIES...): when the probe (a list of files) links with the stub and
# runs, TARGET (an interface library) links the stub before everything else.
function(kairon_try_stub target stub probe)
  list(TRANSFORM probe PREPEND ${CMAKE_SOURCE_DIR}/lib/)
  string(MAKE_C_IDENTIFIER "KAIRON_FITS_${stub}" result)
  kairon_probe(${result} "${stub} fits in the place of what nothing calls" "${probe};${CMAKE_SOURCE_DIR}/lib/${stub}" ${ARGN})
  if(${result})
    string(MAKE_C_IDENTIFIER "kairon_${stub}" library)
    add_library(${library} STATIC lib/${stub})
    target_include_directories(${library} SYSTEM PRIVATE ${kairon_library_include_dirs})
    kairon_link_whole(${target} ${library})
  endif()
endfunction()
