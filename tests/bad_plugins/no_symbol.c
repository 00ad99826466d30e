/* Exports no oc_plugin_entry_1. */
#include "sound.h"

static const oc_plugin_api api = {SOUND_API};

/* Another major's entry. */
OC_EXPORT const oc_plugin_api* oc_plugin_entry_0(void);
const oc_plugin_api* oc_plugin_entry_0(void) {
  return &api;
}
