# openclaw_component(NAME [DIRS ...] [DEPS ...] [PRIVATE_DEPS ...] [TEST_DEPS ...] [PRECOMPILED set])
#
# One static library for one folder of core/: every *.cpp beside the call, except tests and fuzz
# targets, and one test program NAME_test from every *_test.cpp beside it. PRECOMPILED is the set of
# headers that openclaw_precompile() gives the library, core without it.
include_guard(GLOBAL)
find_package(Threads REQUIRED)

function(openclaw_component name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "DIRS;DEPS;PRIVATE_DEPS;TEST_DEPS" ${ARGN})
  set(sources)
  set(tests)
  foreach(dir . ${ARG_DIRS})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp)
    foreach(file ${found})
      if(file MATCHES "_test\\.cpp$")
        list(APPEND tests ${file})
      elseif(NOT file MATCHES "_fuzz\\.cpp$")
        list(APPEND sources ${file})
      endif()
    endforeach()
  endforeach()
  if(NOT ARG_PRECOMPILED)
    set(ARG_PRECOMPILED core)
  endif()
  add_library(openclaw_${name} STATIC ${sources})
  openclaw_precompile(openclaw_${name} ${ARG_PRECOMPILED})
  target_include_directories(openclaw_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(
    openclaw_${name} PUBLIC ${ARG_DEPS} PRIVATE openclaw_flags ${ARG_PRIVATE_DEPS} Threads::Threads)
  if(OPENCLAW_TESTS AND tests)
    add_executable(openclaw_${name}_test ${tests})
    openclaw_precompile(openclaw_${name}_test test)
    target_link_libraries(openclaw_${name}_test PRIVATE openclaw_${name} openclaw_test_flags
                                                        ${ARG_TEST_DEPS} GTest::gmock_main)
    gtest_discover_tests(openclaw_${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 120)
  endif()
endfunction()
