/* Completes operations that nobody gave it, before it completes start. */
#include "sound.h"

static void start(oc_inst* inst, oc_op op) {
  const oc_op unknown[] = {0, op + 1000000, UINT64_MAX};
  for (unsigned i = 0; i < sizeof unknown / sizeof unknown[0]; ++i) {
    inst->api->complete(inst->host, unknown[i], NULL, LITERAL("{}"), (oc_buf){NULL, 0, NULL, NULL});
  }
  complete_later(inst, op);
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
