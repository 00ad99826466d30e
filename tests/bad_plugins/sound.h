/* A provider in C without a fault, in parts: each broken plugin replaces one of them. */
#ifndef OPENCLAW_BAD_PLUGINS_SOUND_H
#define OPENCLAW_BAD_PLUGINS_SOUND_H

#include <string.h>

#include "openclaw/entry.h"
#include "openclaw/host/stream.h"
#include "openclaw/provider.h"

#define LITERAL(text)        \
  (oc_str) {                 \
    (text), sizeof(text) - 1 \
  }

/* One instance a process is enough for a test. */
struct oc_inst {
  oc_host* host;
  const oc_host_api* api;
  oc_op op;
};

static struct oc_inst the_instance;

static inline void complete_posted(oc_inst* inst, void* arg) {
  const oc_op* op = arg;
  inst->api->complete(inst->host, *op, NULL, (oc_str){NULL, 0}, (oc_buf){NULL, 0, NULL, NULL});
}

/* Completes `op` once the call that issued it has returned. One at a time. */
static inline void complete_later(oc_inst* inst, oc_op op) {
  inst->op = op;
  inst->api->post(inst->host, complete_posted, NULL, &inst->op);
}

static inline oc_inst* sound_create(oc_host* host, const oc_host_api* api, oc_str name,
                                    oc_str config, oc_error* error) {
  (void)name, (void)config, (void)error;
  the_instance = (struct oc_inst){host, api, 0};
  return &the_instance;
}

static inline void sound_chat(oc_inst* inst, oc_op op, const oc_chat_request* request) {
  (void)request;
  const oc_stream* stream = inst->api->ext(inst->host, LITERAL("oc.stream/1"));
  if (stream != NULL) {
    stream->emit(inst->host, op, OC_CHAT_TEXT, LITERAL("sound"));
    stream->emit(inst->host, op, OC_CHAT_FINISH, LITERAL("stop"));
  }
  complete_later(inst, op);
}

static const oc_provider sound_provider = {sizeof(oc_provider), 0, sound_chat};

static inline const void* sound_ext(oc_inst* inst, oc_str id) {
  (void)inst;
  const oc_str own = LITERAL("oc.provider/1");
  return id.len == own.len && memcmp(id.ptr, own.ptr, own.len) == 0 ? &sound_provider : NULL;
}

static inline void sound_start(oc_inst* inst, oc_op op) {
  complete_later(inst, op);
}
static inline void sound_stop(oc_inst* inst, oc_op op) {
  complete_later(inst, op);
}
static inline void sound_destroy(oc_inst* inst) {
  (void)inst;
}

/* The tables' initialisers, to be changed in one place by designated initialisers. */
#define SOUND_API                                                                                \
  .size = sizeof(oc_plugin_api), .create = sound_create, .ext = sound_ext, .start = sound_start, \
  .stop = sound_stop, .destroy = sound_destroy
#define SOUND_DESCRIPTOR                                                       \
  .size = sizeof(oc_descriptor), .major = OC_ABI_MAJOR, .minor = OC_ABI_MINOR, \
  .id = {OPENCLAW_PLUGIN_ID, sizeof(OPENCLAW_PLUGIN_ID) - 1},                  \
  .version = {OPENCLAW_PLUGIN_VERSION, sizeof(OPENCLAW_PLUGIN_VERSION) - 1}

#endif
