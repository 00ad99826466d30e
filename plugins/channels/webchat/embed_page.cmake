# Writes the page's files as byte arrays into OUTPUT: -DOUTPUT=x.cpp -DFILES="a;b" -P embed_page.cmake
set(arrays "")
set(table "")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER "file_${name}" symbol)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  if(bytes EQUAL 0)
    message(FATAL_ERROR "${file} is empty")
  endif()
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND arrays "const unsigned char ${symbol}[] = {${hex}};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(${symbol}), ${bytes}}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from page/ by embed_page.cmake.
#include \"page.hpp\"

namespace openclaw::webchat {
namespace {
${arrays}
const PageFile files[] = {
${table}};
}  // namespace

std::span<const PageFile> page_files() {
  return files;
}

}  // namespace openclaw::webchat
")
