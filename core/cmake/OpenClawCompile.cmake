# Compiler flags of this repository's own targets: warnings, sanitizers, linker.
include_guard(GLOBAL)

add_library(openclaw_flags INTERFACE)
target_compile_options(
  openclaw_flags
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
            $<$<BOOL:${OPENCLAW_WERROR}>:-Werror>
            # gcc 12 reports false positives in inlined standard containers at -O2.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds>)
# gcc collects its garbage from 128 MB on, which costs a tenth of the time; it needs no more than 350.
add_compile_options("$<$<COMPILE_LANG_AND_ID:CXX,GNU>:SHELL:--param ggc-min-heapsize=524288>")
target_compile_definitions(
  openclaw_flags INTERFACE $<$<BOOL:${OPENCLAW_FAILPOINTS}>:OPENCLAW_FAILPOINTS=1>)
if(OPENCLAW_SANITIZE)
  add_compile_options(-fsanitize=${OPENCLAW_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OPENCLAW_SANITIZE})
  if(OPENCLAW_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
find_program(OPENCLAW_LLD ld.lld)
if(OPENCLAW_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# Tests are compiled without optimisation: that halves their time under a sanitizer, and what they
# test keeps its own.
add_library(openclaw_test_flags INTERFACE)
target_compile_options(openclaw_test_flags INTERFACE -O0)
target_link_libraries(openclaw_test_flags INTERFACE openclaw_flags)
