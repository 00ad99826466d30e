/* Its code is of another major than its manifest. */
#include "sound.h"

static const oc_plugin_api api = {SOUND_API};
static const oc_descriptor descriptor = {.size = sizeof(oc_descriptor),
                                         .major = 2,
                                         .id = {OPENCLAW_PLUGIN_ID, sizeof(OPENCLAW_PLUGIN_ID) - 1},
                                         .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
