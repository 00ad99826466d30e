/* The one symbol a plugin exports, and what it leads to.
 *
 * The manifest (JSON) lies in the ELF note section ".note.openclaw", owner "OpenClaw", type 1, so
 * that a host reads it without running code. openclaw_add_plugin() puts it there. Its fields:
 *   id        "telegram": ^[a-z0-9][a-z0-9_-]{0,63}$; the name a config entry finds it by
 *   kind      "channel" | "provider" | "storage"
 *   version   the plugin's own version; licence: SPDX id; description: one sentence
 *   abi       {"major": 1, "minor": 0, "minorNeeded": 0}
 *   config    JSON Schema (draft 7) of the plugin's own keys in its gateway.yaml section
 *   secrets   keys of that section the plugin never sees: config_json holds "${secret:KEY}"
 *             instead, which the host fills in on the way out (host/http.h, connection.h)
 *   env       {key: VARIABLE} supplies a key that the section does not give
 *   hosts     host names a secret may be sent to, beside the hosts of the keys in urlKeys;
 *             "*.example.com" is every name below example.com
 *   urlKeys   keys whose configured value names a further allowed host, e.g. ["apiRoot"]
 *   routes    [{"path": "/chat", "auth": "none" | "apiKey" | "plugin"}], beside the plugin's own
 *             /channels/ID/... (auth "plugin"); a path may end in slash-star
 *   text      channel: {"limit": 4096, "unit": "utf16" | "codepoints" | "bytes",
 *             "format": "plain" | "markdown" | {...}}, what the platform's messages hold; the last
 *             says how it writes bold, links and so on (plugin-api/ABI.md, "Text")
 *   dev       true: switched on by `gateway start --dev` */
#ifndef OPENCLAW_ENTRY_H
#define OPENCLAW_ENTRY_H

#include "openclaw/abi.h"
#include "openclaw/host/core.h"

OC_EXTERN_C_BEGIN

/* An instance's life: create, start, (calls), quiesce, stop, destroy. */
typedef struct oc_plugin_api {
  uint32_t size, reserved;
  /* [load] No I/O, no thread. `name` is the config entry's ("telegram", or "telegram/work" for the
   * account "work"). NULL = refused; then `error` says why (its strings live until the next call).
   */
  oc_inst* (*create)(oc_host*, const oc_host_api*, oc_str name, oc_str config_json,
                     oc_error* error)OC_NOEXCEPT;
  /* [any] The kind's slots: "oc.channel/1", "oc.provider/1", "oc.storage/1". Same pointer for life.
   */
  const void* (*ext)(oc_inst*, oc_str id)OC_NOEXCEPT;
  /* Completed once the instance works, or will keep trying on its own. An error here fails it. */
  void (*start)(oc_inst*, oc_op) OC_NOEXCEPT;
  /* Take nothing new; finish what is under way; then complete. May be NULL. */
  void (*quiesce)(oc_inst*, oc_op) OC_NOEXCEPT;
  /* Advice to end `op`, which is still to be completed, with OC_E_CANCELLED. May be NULL. */
  void (*cancel)(oc_inst*, oc_op) OC_NOEXCEPT;
  /* Let go of everything, then complete. */
  void (*stop)(oc_inst*, oc_op) OC_NOEXCEPT;
  /* [load] After stop, or after a failed start. Its own threads are joined on return. */
  void (*destroy)(oc_inst*) OC_NOEXCEPT;
} oc_plugin_api;

/* Reserved: what the plugin says of itself. The host reads no flag yet, so nothing follows. */
#define OC_PF_THREADS 1u   /* starts threads of its own */
#define OC_PF_EXCLUSIVE 4u /* upstream allows one session: stop the old before the new starts */
#define OC_PF_LOCAL_IO 8u  /* opens descriptors of its own (storage) */

typedef struct oc_descriptor {
  uint32_t size;
  uint16_t major, minor, minor_needed, reserved;
  uint32_t flags; /* OC_PF_* */
  oc_str id, version;
  const oc_plugin_api* api;
} oc_descriptor;

/* [load] Pure. The descriptor at `index`, NULL past the last. Lives as long as the library. */
OC_EXPORT const oc_descriptor* oc_plugin_entry_1(uint32_t index) OC_NOEXCEPT;

#define OC_NOTE_SECTION ".note.openclaw"
#define OC_NOTE_OWNER "OpenClaw"
#define OC_NOTE_MANIFEST 1u

OC_ASSERT(sizeof(oc_plugin_api) == 64 && offsetof(oc_plugin_api, destroy) == 56);
OC_ASSERT(offsetof(oc_descriptor, id) == 16 && offsetof(oc_descriptor, api) == 48);
OC_ASSERT(sizeof(oc_descriptor) == 56);

OC_EXTERN_C_END
#endif
