/* Nothing is wrong with this code: its manifest is what a test breaks. */
#include "sound.h"

static const oc_plugin_api api = {SOUND_API};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
