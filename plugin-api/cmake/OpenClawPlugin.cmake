# openclaw_add_plugin(NAME KIND channel|provider|storage [MANIFEST manifest.json] [VERSION 1.2.3]
#                     SOURCES a.cpp ... [LIBRARIES ...] [TESTS a_test.cpp ...] [TEST_LIBRARIES ...]
#                     [NO_INSTALL] [OUTPUT_DIRECTORY dir])
#
# Builds NAME.so with the manifest as an ELF note, one exported symbol and nothing undefined; with
# TESTS also NAME_test, which drives the same objects through openclaw::testing::FakeHost. Serves in
# and out of the tree. In the manifest @VERSION@ stands for the version. Sources that are all C are
# linked as C, without the C++ SDK.
include_guard(GLOBAL)
include(GNUInstallDirs)

# Stops the build when the manifest belongs to another plugin.
function(_openclaw_check_manifest name kind file)
  file(READ ${file} json)
  foreach(field id kind)
    string(JSON ${field}_value ERROR_VARIABLE failed GET "${json}" ${field})
    if(failed)
      message(FATAL_ERROR "openclaw_add_plugin(${name}): ${file}: ${field}: ${failed}")
    endif()
  endforeach()
  if(NOT id_value STREQUAL name OR NOT kind_value STREQUAL kind)
    message(FATAL_ERROR "openclaw_add_plugin(${name} KIND ${kind}): the manifest says ${id_value}, "
                        "${kind_value}")
  endif()
endfunction()

function(openclaw_add_plugin name)
  cmake_parse_arguments(ARG "NO_INSTALL" "KIND;MANIFEST;VERSION;OUTPUT_DIRECTORY"
                        "SOURCES;LIBRARIES;TESTS;TEST_LIBRARIES" ${ARGN})
  if(NOT ARG_KIND MATCHES "^(channel|provider|storage)$")
    message(FATAL_ERROR "openclaw_add_plugin(${name}): KIND must be channel, provider or storage")
  endif()
  if(NOT ARG_MANIFEST)
    set(ARG_MANIFEST manifest.json)
  endif()
  if(NOT ARG_VERSION)
    set(ARG_VERSION ${PROJECT_VERSION})
  endif()
  if(NOT ARG_VERSION)
    message(FATAL_ERROR "openclaw_add_plugin(${name}): give VERSION here or to project()")
  endif()
  if(ARG_KIND STREQUAL storage)
    set(kind_folder storage)
  else()
    set(kind_folder ${ARG_KIND}s)
  endif()
  if(NOT ARG_OUTPUT_DIRECTORY)
    set(ARG_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/openclaw/plugins/${kind_folder})
  endif()

  set(VERSION ${ARG_VERSION})
  set(OPENCLAW_MANIFEST_FILE ${CMAKE_CURRENT_BINARY_DIR}/${name}.manifest.json)
  configure_file(${ARG_MANIFEST} ${OPENCLAW_MANIFEST_FILE} @ONLY)
  _openclaw_check_manifest(${name} ${ARG_KIND} ${OPENCLAW_MANIFEST_FILE})
  set(note ${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest_note.c)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/manifest_note.c.in ${note} @ONLY)
  set_source_files_properties(${note} PROPERTIES OBJECT_DEPENDS ${OPENCLAW_MANIFEST_FILE})

  set(language C)
  set(sdk OpenClaw::plugin_api)
  foreach(source ${ARG_SOURCES})
    if(NOT source MATCHES "\\.c$")
      set(language CXX)
      set(sdk OpenClaw::plugin_sdk)
    endif()
  endforeach()
  add_library(openclaw_${name}_objects OBJECT ${ARG_SOURCES})
  set_target_properties(openclaw_${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_definitions(openclaw_${name}_objects PRIVATE OPENCLAW_PLUGIN_ID="${name}"
                             OPENCLAW_PLUGIN_VERSION="${ARG_VERSION}")
  target_include_directories(openclaw_${name}_objects PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(openclaw_${name}_objects PUBLIC ${sdk} ${ARG_LIBRARIES})
  if(TARGET openclaw_flags)
    target_link_libraries(openclaw_${name}_objects PRIVATE openclaw_flags)
  endif()
  if(COMMAND openclaw_precompile AND language STREQUAL CXX)
    openclaw_precompile(openclaw_${name}_objects plugin)
  endif()

  add_library(openclaw_${name} MODULE ${note})
  set_source_files_properties(${note} PROPERTIES LANGUAGE C)
  target_link_libraries(openclaw_${name} PRIVATE openclaw_${name}_objects)
  set(export_map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/export.map)
  target_link_options(openclaw_${name} PRIVATE
    LINKER:--version-script=${export_map} LINKER:--exclude-libs,ALL)
  if(NOT OPENCLAW_SANITIZE)
    # A sanitizer's runtime is in the executable, so its symbols are undefined in a plugin.
    target_link_options(openclaw_${name} PRIVATE LINKER:-z,defs)
  endif()
  set_target_properties(openclaw_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LINKER_LANGUAGE ${language} LINK_DEPENDS ${export_map}
    LIBRARY_OUTPUT_DIRECTORY ${ARG_OUTPUT_DIRECTORY})
  if(NOT ARG_NO_INSTALL)
    install(TARGETS openclaw_${name} LIBRARY COMPONENT plugin-${name}
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/openclaw/plugins/${kind_folder})
  endif()

  if(ARG_TESTS AND TARGET OpenClaw::plugin_testing AND (OPENCLAW_TESTS OR NOT DEFINED OPENCLAW_TESTS))
    add_executable(openclaw_${name}_test ${ARG_TESTS})
    target_include_directories(openclaw_${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_definitions(openclaw_${name}_test PRIVATE
      OPENCLAW_SOURCE_DIR="${CMAKE_SOURCE_DIR}" OPENCLAW_PLUGIN_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(openclaw_${name}_test PRIVATE openclaw_${name}_objects OpenClaw::plugin_testing
      ${ARG_TEST_LIBRARIES} GTest::gmock_main)
    if(TARGET openclaw_test_flags)
      target_link_libraries(openclaw_${name}_test PRIVATE openclaw_test_flags)
    endif()
    if(COMMAND openclaw_precompile)
      openclaw_precompile(openclaw_${name}_test plugin_test)
    endif()
    gtest_discover_tests(openclaw_${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 120)
  endif()
endfunction()
