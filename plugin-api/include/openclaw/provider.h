/* "oc.provider/1": what the host asks of an LLM provider.
 *
 * The common form of a request is an OpenAI chat completion's body (model, messages, stream, and
 * whatever else the client gave): a provider that speaks it forwards it, others translate. */
#ifndef OPENCLAW_PROVIDER_H
#define OPENCLAW_PROVIDER_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_CHAT_STREAM 1u     /* emit while it is written; else one OC_CHAT_TEXT is fine */
#define OC_CHAT_ACCEPT_RAW 2u /* OC_CHAT_RAW may be emitted instead of the other kinds */

typedef struct oc_chat_request {
  uint32_t size, flags; /* OC_CHAT_STREAM, OC_CHAT_ACCEPT_RAW */
  oc_str model;         /* the model to use; the body's own "model" agrees with it */
  oc_str body_json;     /* OpenAI chat completion request; "stream" agrees with the flags */
  uint32_t connect_ms, first_token_ms, idle_ms, total_ms; /* the deadlines to give to oc.http */
} oc_chat_request;

/* What is emitted through "oc.stream/1" while the op is open. */
#define OC_CHAT_TEXT 1u      /* visible text, as it is (not JSON) */
#define OC_CHAT_REASONING 2u /* thinking text: progress, not shown */
#define OC_CHAT_TOOL_CALL 3u /* JSON {"index":0,"id":"...","name":"...","arguments":"fragment"} */
#define OC_CHAT_USAGE                                                                       \
  4u /* JSON {"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}: so far, before the \
        finish. Cached tokens count as the prompt's; how many they are may be told in       \
        "prompt_tokens_details":{"cached_tokens":1}, as OpenAI does */
#define OC_CHAT_FINISH 5u /* "stop" | "length" | "tool_calls" | "content_filter" */
#define OC_CHAT_RAW                                                      \
  6u /* with OC_CHAT_ACCEPT_RAW: streaming, one chat.completion.chunk as \
        JSON; not streaming, the whole chat.completion as JSON, once */

typedef struct oc_provider {
  uint32_t size, caps; /* 0 */
  /* Emits, then completes without json or body. A stream that ends without the protocol's terminal
   * event completes with OC_E_NET, never as success. OC_E_RATE carries retry_after_ms. */
  void (*chat)(oc_inst*, oc_op, const oc_chat_request*) OC_NOEXCEPT;
} oc_provider;

OC_ASSERT(offsetof(oc_chat_request, model) == 8 && sizeof(oc_chat_request) == 56);
OC_ASSERT(sizeof(oc_provider) == 16);

OC_EXTERN_C_END
#endif
