/* The smallest provider in plain C: answers every request with the name of the model asked for. */
#include <stdlib.h>
#include <string.h>

#include "openclaw/entry.h"
#include "openclaw/host/stream.h"
#include "openclaw/provider.h"

struct oc_inst {
  oc_host* host;
  const oc_host_api* api;
  const oc_stream* stream;
};

struct answer {
  oc_op op;
  size_t len;
  char text[];
};

static oc_str literal(const char* text) {
  return (oc_str){text, strlen(text)};
}

static void complete(oc_inst* inst, oc_op op, const oc_error* error) {
  inst->api->complete(inst->host, op, error, (oc_str){NULL, 0}, (oc_buf){NULL, 0, NULL, NULL});
}

static void fail(oc_inst* inst, oc_op op, oc_status code, const char* why) {
  const oc_error error = {
      .size = sizeof error, .code = code, .flags = OC_EF_NOT_DONE, .msg = literal(why)};
  complete(inst, op, &error);
}

static void give(oc_inst* inst, void* arg) {
  struct answer* answer = arg;
  inst->stream->emit(inst->host, answer->op, OC_CHAT_TEXT, (oc_str){answer->text, answer->len});
  inst->stream->emit(inst->host, answer->op, OC_CHAT_FINISH, literal("stop"));
  complete(inst, answer->op, NULL);
  free(answer);
}

/* The request is borrowed until this returns, so what is needed later is copied. */
static void chat(oc_inst* inst, oc_op op, const oc_chat_request* request) {
  const size_t len = request->model.len;
  struct answer* answer = malloc(sizeof *answer + len);
  if (answer == NULL) {
    fail(inst, op, OC_E_AGAIN, "out of memory");
    return;
  }
  answer->op = op;
  answer->len = len;
  if (len > 0) memcpy(answer->text, request->model.ptr, len);
  if (inst->api->post(inst->host, give, free, answer) != OC_OK) {
    free(answer);
    fail(inst, op, OC_E_AGAIN, "the gateway takes no more work now");
  }
}

static const oc_provider provider = {sizeof(oc_provider), 0, chat};

static oc_inst* create(oc_host* host, const oc_host_api* api, oc_str name, oc_str config,
                       oc_error* error) {
  (void)name, (void)config;
  const oc_stream* stream = api->ext(host, literal("oc.stream/1"));
  oc_inst* inst = stream == NULL ? NULL : malloc(sizeof *inst);
  if (inst == NULL) {
    error->code = OC_E_NOSYS;
    error->msg = literal("this gateway has no oc.stream/1: install a newer one");
    return NULL;
  }
  *inst = (oc_inst){host, api, stream};
  return inst;
}

static const void* ext(oc_inst* inst, oc_str id) {
  (void)inst;
  const oc_str own = literal("oc.provider/1");
  return id.len == own.len && memcmp(id.ptr, own.ptr, own.len) == 0 ? &provider : NULL;
}

static void ready(oc_inst* inst, oc_op op) {
  complete(inst, op, NULL);
}
static void destroy(oc_inst* inst) {
  free(inst);
}

static const oc_plugin_api api = {
    sizeof(oc_plugin_api), 0, create, ext, ready, NULL, NULL, ready, destroy};
static const oc_descriptor descriptor = {
    sizeof(oc_descriptor),
    OC_ABI_MAJOR,
    OC_ABI_MINOR,
    0,
    0,
    0,
    {OPENCLAW_PLUGIN_ID, sizeof(OPENCLAW_PLUGIN_ID) - 1},
    {OPENCLAW_PLUGIN_VERSION, sizeof(OPENCLAW_PLUGIN_VERSION) - 1},
    &api};

const oc_descriptor* oc_plugin_entry_1(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}
