/* Its table ends before destroy. */
#include "sound.h"

static const oc_plugin_api api = {
    .size = 56, .create = sound_create, .ext = sound_ext, .start = sound_start, .stop = sound_stop};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
