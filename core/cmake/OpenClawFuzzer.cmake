# openclaw_add_fuzzer(NAME SOURCES x_fuzz.cpp ... [LIBRARIES ...])
#
# With OPENCLAW_FUZZ: openclaw_NAME_fuzz, a libFuzzer target, and the test fuzz.NAME, which only
# `./dev fuzz` runs. The sources are compiled for it anew, so that their branches guide it. Its words
# are the literals in them, its first inputs the files in fuzz_seeds/ beside the call; what it finds
# is kept in the build tree's fuzz/NAME, what it breaks with in fuzz/NAME-crash-...
include_guard(GLOBAL)
option(OPENCLAW_FUZZ "Build the fuzz targets (clang only)" OFF)
set(OPENCLAW_FUZZ_SECONDS 60 CACHE STRING "How long each fuzz target runs")
if(OPENCLAW_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
  message(FATAL_ERROR "OPENCLAW_FUZZ needs clang: libFuzzer is a part of it")
endif()

# Writes each short literal of the sources as a word, with quotes as JSON has it, and without. There
# may be none, then there is no file.
function(_openclaw_write_dictionary file)
  set(words)
  foreach(source ${ARGN})
    file(READ ${source} text)
    string(REGEX REPLACE "#include[^\n]*" "" text "${text}")
    string(REGEX MATCHALL "\"[A-Za-z0-9_:/.+-]+\"" found "${text}")
    list(APPEND words ${found})
  endforeach()
  list(REMOVE_DUPLICATES words)
  set(lines)
  foreach(word ${words})
    string(LENGTH ${word} length)
    if(length GREATER 3 AND length LESS 34)
      string(REPLACE "\"" "" bare ${word})
      string(APPEND lines "\"${bare}\"\n\"\\\"${bare}\\\"\"\n")
    endif()
  endforeach()
  if(lines)
    file(CONFIGURE OUTPUT ${file} CONTENT "${lines}" @ONLY)
  endif()
endfunction()

function(openclaw_add_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT OPENCLAW_FUZZ)
    return()
  endif()
  set(target openclaw_${name}_fuzz)
  add_executable(${target} ${ARG_SOURCES})
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES} openclaw_flags)

  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/
       REGEX "^[^/]")
  set(dictionary ${CMAKE_CURRENT_BINARY_DIR}/${target}.dict)
  _openclaw_write_dictionary(${dictionary} ${ARG_SOURCES})
  set(words)
  if(EXISTS ${dictionary})
    set(words -dict=${dictionary})
  endif()
  set(corpus ${CMAKE_BINARY_DIR}/fuzz/${name})
  file(MAKE_DIRECTORY ${corpus})
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/fuzz_seeds)
  if(NOT IS_DIRECTORY ${seeds})
    set(seeds)
  endif()
  add_test(NAME fuzz.${name} CONFIGURATIONS Fuzz COMMAND ${target}
    -max_total_time=${OPENCLAW_FUZZ_SECONDS} -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
    ${words} -artifact_prefix=${corpus}- ${corpus} ${seeds})
  math(EXPR limit "${OPENCLAW_FUZZ_SECONDS} + 120")
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()
