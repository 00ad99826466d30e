/* Completes inside the very call that issued the operation. */
#include "sound.h"

static void start(oc_inst* inst, oc_op op) {
  complete_posted(inst, &op);
}

static const oc_plugin_api api = {.size = sizeof(oc_plugin_api),
                                  .create = sound_create,
                                  .ext = sound_ext,
                                  .start = start,
                                  .stop = sound_stop,
                                  .destroy = sound_destroy};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
