/* Refuses every configuration without a word. */
#include "sound.h"

static oc_inst* create(oc_host* host, const oc_host_api* host_api, oc_str name, oc_str config,
                       oc_error* error) {
  (void)host, (void)host_api, (void)name, (void)config, (void)error;
  return NULL;
}

static const oc_plugin_api api = {.size = sizeof(oc_plugin_api),
                                  .create = create,
                                  .ext = sound_ext,
                                  .start = sound_start,
                                  .stop = sound_stop,
                                  .destroy = sound_destroy};
static const oc_descriptor descriptor = {SOUND_DESCRIPTOR, .api = &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
