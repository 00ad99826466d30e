/* Its code calls itself otherwise than its manifest. */
#include "sound.h"

static const oc_plugin_api api = {SOUND_API};
static const oc_descriptor descriptor = {
    .size = sizeof(oc_descriptor), .major = OC_ABI_MAJOR, .id = {"somebody_else", 13}, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
