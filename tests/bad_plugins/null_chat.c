/* Its provider table lacks chat, which must be there. */
#include "sound.h"

static const void* ext(oc_inst* inst, oc_str id) {
  static const oc_provider empty = {sizeof(oc_provider), 0, NULL};
  return sound_ext(inst, id) == NULL ? NULL : &empty;
}

static const oc_plugin_api api = {.size = sizeof(oc_plugin_api),
                                  .create = sound_create,
                                  .ext = ext,
                                  .start = sound_start,
                                  .stop = sound_stop,
                                  .destroy = sound_destroy};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
