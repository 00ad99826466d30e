# openclaw_precompile(TARGET SET)
#
# With OPENCLAW_PRECOMPILE, TARGET's C++ files begin with the precompiled header precompiled/SET.hpp,
# which every target of the same set shares, and take what they use of nlohmann/json compiled from
# openclaw_json. Only headers of others are precompiled: editing one of ours compiles no more than
# before. A release is built without, so that each file has to include what it uses.
#
# With OPENCLAW_UNITY, TARGET is compiled by eights of its files: most of the time of each goes to what
# all of them instantiate. What is in their unnamed namespaces has to have names of its own for that.
include_guard(GLOBAL)
option(OPENCLAW_UNITY "Compile the files of a target by eights (development builds)" OFF)
option(OPENCLAW_PRECOMPILE "Compile the libraries' headers once (development builds)" OFF)

function(openclaw_precompile target set)
  if(OPENCLAW_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM openclaw_${set}_headers)
  endif()
  if(OPENCLAW_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

if(NOT OPENCLAW_PRECOMPILE)
  return()
endif()

# ccache has to be told that what a precompiled header depends on is right; it hashes the file.
if(CCACHE)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  endforeach()
endif()
# Their time is in clang's precompiled headers otherwise, so that no two are the same to ccache.
add_compile_options("$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")

find_package(nlohmann_json REQUIRED)
find_package(Boost 1.81 REQUIRED)

# Of a plugin as of the core: hidden symbols of one's own.
add_library(openclaw_json_objects OBJECT ${CMAKE_SOURCE_DIR}/plugin-api/sdk/json_instances.cpp)
set_target_properties(openclaw_json_objects PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_link_libraries(openclaw_json_objects PRIVATE nlohmann_json::nlohmann_json)
if(OPENCLAW_FUZZ)
  # The parser's branches guide the fuzz targets as those of a codec's own files do.
  target_compile_options(openclaw_json_objects PRIVATE ${OPENCLAW_FUZZ_COVERAGE})
endif()
add_library(openclaw_json STATIC $<TARGET_OBJECTS:openclaw_json_objects>)
set_target_properties(openclaw_json PROPERTIES LINKER_LANGUAGE CXX)
target_link_libraries(openclaw_flags INTERFACE openclaw_json)

# One target for each set of compiler flags, for nothing but its header.
function(_openclaw_precompiled set kind header)
  set(empty ${CMAKE_BINARY_DIR}/precompiled/${set}.cpp)
  file(CONFIGURE OUTPUT ${empty} CONTENT "" @ONLY)
  if(kind STREQUAL test)
    # A program's flags differ from a library's.
    add_executable(openclaw_${set}_headers EXCLUDE_FROM_ALL ${empty})
    target_link_libraries(openclaw_${set}_headers PRIVATE openclaw_test_flags GTest::gmock_main)
  else()
    add_library(openclaw_${set}_headers OBJECT EXCLUDE_FROM_ALL ${empty})
    target_link_libraries(openclaw_${set}_headers PRIVATE openclaw_flags)
  endif()
  target_include_directories(openclaw_${set}_headers PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(openclaw_${set}_headers PRIVATE nlohmann_json::nlohmann_json Boost::headers)
  target_precompile_headers(openclaw_${set}_headers PRIVATE
                            ${CMAKE_SOURCE_DIR}/core/cmake/precompiled/${header}.hpp)
endfunction()
_openclaw_precompiled(core library core)
_openclaw_precompiled(json library json)
_openclaw_precompiled(http library http)
_openclaw_precompiled(plugin library json)
set_target_properties(openclaw_plugin_headers PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
if(OPENCLAW_TESTS)
  _openclaw_precompiled(test test test)
  _openclaw_precompiled(plugin_test test plugin_test)
endif()
