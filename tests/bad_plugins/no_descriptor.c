/* Has an entry that leads nowhere. */
#include "sound.h"

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  (void)index;
  return NULL;
}
