# Follows the tutorial in ABI.md with nothing but the installed package: installs it, takes the three
# files out of the page, builds them, and asks the plugin.
file(REMOVE_RECURSE ${WORK})
file(READ ${TUTORIAL} page)

# The first block of each language; a list would split at the semicolons.
function(take_block language file)
  string(FIND "${page}" "```${language}\n" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "ABI.md has no ${language} block for ${file}")
  endif()
  string(LENGTH "```${language}\n" fence)
  math(EXPR begin "${begin} + ${fence}")
  string(SUBSTRING "${page}" ${begin} -1 rest)
  string(FIND "${rest}" "```" end)
  string(SUBSTRING "${rest}" 0 ${end} text)
  file(WRITE ${WORK}/source/${file} "${text}")
endfunction()
take_block(json manifest.json)
take_block(cpp plugin.cpp)
take_block(cmake CMakeLists.txt)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE errors)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${said}\n${errors}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix --component dev)
set(flags)
if(SANITIZE)
  # The package's libraries carry the sanitizer's calls.
  set(flags -DOPENCLAW_SANITIZE=${SANITIZE} -DCMAKE_C_FLAGS=-fsanitize=${SANITIZE}
            -DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE})
endif()
function(build source build)
  run(${CMAKE_COMMAND} -S ${source} -B ${build} -G ${GENERATOR} ${flags}
      -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK}/prefix)
  run(${CMAKE_COMMAND} --build ${build})
endfunction()
build(${WORK}/source ${WORK}/build)
set(plugin ${WORK}/build/lib/openclaw/plugins/providers/echo.so)
run(${ASK} ${plugin} "{\"prefix\": \"You said: \"}" hello)
if(NOT said STREQUAL "You said: hello\n")
  message(FATAL_ERROR "the plugin answered: ${said}")
endif()

# Installing it puts it where the gateway looks.
run(${CMAKE_COMMAND} --install ${WORK}/build --prefix ${WORK}/prefix)
file(GLOB_RECURSE installed ${WORK}/prefix/lib*/openclaw/plugins/providers/echo.so)
if(NOT installed)
  message(FATAL_ERROR "echo.so was not installed below lib/openclaw/plugins/providers")
endif()
run(${ASK} ${installed} "{}" hello)

# A provider over HTTP, whose base is a component of the package.
file(COPY ${HTTP_PLUGIN}.cpp ${HTTP_PLUGIN}.json DESTINATION ${WORK}/http)
file(WRITE ${WORK}/http/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(http_plugin VERSION 1.0.0 LANGUAGES C CXX)
find_package(OpenClawPlugin 1.0 REQUIRED COMPONENTS provider)
openclaw_add_plugin(http_plugin KIND provider MANIFEST http_plugin.json SOURCES http_plugin.cpp
                    LIBRARIES OpenClaw::provider_sdk)
")
build(${WORK}/http ${WORK}/http/build)

# One symbol, and none that the executable would have to give.
find_program(NM nm)
if(NM)
  run(${NM} --dynamic --defined-only ${installed})
  string(REGEX MATCHALL "[^ \n]+\n" symbols "${said}")
  if(NOT symbols STREQUAL "oc_plugin_entry_1\n")
    message(FATAL_ERROR "echo.so exports: ${symbols}")
  endif()
endif()

find_program(PKG_CONFIG pkg-config)
file(GLOB_RECURSE description ${WORK}/prefix/lib*/pkgconfig/openclaw-plugin.pc)
if(PKG_CONFIG)
  get_filename_component(folder ${description} DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} ${folder})
  run(${PKG_CONFIG} --variable=includedir openclaw-plugin)
  string(STRIP "${said}" include)
  if(NOT EXISTS ${include}/openclaw/abi.h)
    message(FATAL_ERROR "openclaw-plugin.pc leads to ${include}, which has no openclaw/abi.h")
  endif()
endif()
