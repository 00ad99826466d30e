/* The note says that its manifest is longer than the section it lies in. */
#include "sound.h"

__asm__(
    ".pushsection .note.openclaw,\"a\",@note\n"
    ".balign 4\n"
    ".long 9\n"
    ".long 4000\n"
    ".long 1\n"
    ".asciz \"OpenClaw\"\n"
    ".balign 4\n"
    ".ascii \"{}\"\n"
    ".balign 4\n"
    ".popsection\n");

static const oc_plugin_api api = {SOUND_API};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
