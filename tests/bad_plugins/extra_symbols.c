/* Exports a function that other plugins export too; calling it must reach its own. */
#include "sound.h"

OC_EXPORT const char* oc_bad_shared_name(void);
const char* oc_bad_shared_name(void) {
  return OPENCLAW_PLUGIN_ID;
}

static const oc_plugin_api api = {SOUND_API};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
