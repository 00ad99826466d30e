/* Needs a function that no library has. */
#include "sound.h"

extern void oc_bad_missing(oc_inst* inst, oc_op op);

static const oc_plugin_api api = {SOUND_API, .quiesce = oc_bad_missing};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
