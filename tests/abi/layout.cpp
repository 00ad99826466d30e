// Prints size, place and type of every field of every ABI struct; fails where a struct has a gap.
#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <typeinfo>

#include "openclaw/channel.h"
#include "openclaw/entry.h"
#include "openclaw/host/cluster.h"
#include "openclaw/host/connection.h"
#include "openclaw/host/http.h"
#include "openclaw/host/inbound.h"
#include "openclaw/host/log.h"
#include "openclaw/host/markup.h"
#include "openclaw/host/metrics.h"
#include "openclaw/host/route.h"
#include "openclaw/host/secret.h"
#include "openclaw/host/state.h"
#include "openclaw/host/status.h"
#include "openclaw/host/stream.h"
#include "openclaw/host/timer.h"
#include "openclaw/message.h"
#include "openclaw/provider.h"
#include "openclaw/storage.h"

namespace {

std::size_t end_of_last = 0;
bool gap = false;

void print_struct(const char* name, std::size_t size) {
  std::printf("struct %s %zu\n", name, size);
  end_of_last = 0;
}

void print_field(const char* owner, const char* name, std::size_t at, std::size_t size,
                 const std::type_info& type) {
  int failed = 0;
  char* readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed);
  std::printf("%s.%s %zu %zu %s\n", owner, name, at, size, failed != 0 ? type.name() : readable);
  std::free(readable);
  gap = gap || at != end_of_last;
  end_of_last = at + size;
}

void print_end(const char* name, std::size_t size) {
  if (end_of_last == size && !gap) return;
  std::fprintf(stderr, "%s has a gap\n", name);
  std::exit(1);
}

}  // namespace

// Applies FIELD to each further argument; EXPAND rescans often enough for 27 of them.
#define FIELD(T, f) print_field(#T, #f, offsetof(T, f), sizeof(T::f), typeid(decltype(T::f)));
#define PARENTHESES ()
#define EXPAND(...) EXPAND_2(EXPAND_2(EXPAND_2(__VA_ARGS__)))
#define EXPAND_2(...) EXPAND_1(EXPAND_1(EXPAND_1(__VA_ARGS__)))
#define EXPAND_1(...) EXPAND_0(EXPAND_0(EXPAND_0(__VA_ARGS__)))
#define EXPAND_0(...) __VA_ARGS__
#define FIELDS(T, f, ...) FIELD(T, f) __VA_OPT__(FIELDS_AGAIN PARENTHESES(T, __VA_ARGS__))
#define FIELDS_AGAIN() FIELDS

// No struct has padding, so a field that is left out here shows as a gap.
#define STRUCT(T, ...)           \
  print_struct(#T, sizeof(T));   \
  EXPAND(FIELDS(T, __VA_ARGS__)) \
  print_end(#T, sizeof(T));

int main() {
  // abi.h, entry.h
  STRUCT(oc_str, ptr, len)
  STRUCT(oc_buf, ptr, len, release, ctx)
  STRUCT(oc_kv, key, value)
  STRUCT(oc_error, size, code, flags, retry_after_ms, msg, detail_json)
  STRUCT(oc_plugin_api, size, reserved, create, ext, start, quiesce, cancel, stop, destroy)
  STRUCT(oc_descriptor, size, major, minor, minor_needed, reserved, flags, id, version, api)
  // message.h, channel.h, provider.h
  STRUCT(oc_attachment, size, flags, mime, name, ref, bytes)
  STRUCT(oc_message, size, flags, ts_ms, event_id, idem_key, chat_id, thread_id, sender_id,
         sender_name, message_id, reply_to, turn_id, text, plain, extra_json, attachments,
         n_attachments, attachment_stride)
  STRUCT(oc_partial, size, kind, chat_id, thread_id, turn_id, text, extra_json)
  STRUCT(oc_typing, size, on, chat_id, thread_id, extra_json)
  STRUCT(oc_reaction, size, on, chat_id, thread_id, message_id, emoji, extra_json)
  STRUCT(oc_channel, size, caps, idempotent_ms, send, partial, typing, fetch, react)
  STRUCT(oc_chat_request, size, flags, model, body_json, connect_ms, first_token_ms, idle_ms,
         total_ms)
  STRUCT(oc_provider, size, caps, chat)
  // host/
  STRUCT(oc_host_api, size, major, minor, name, version, ext, complete, cancel, post, on_strand)
  STRUCT(oc_http_request, size, flags, method, url, headers, n_headers, body, proxy, connect_ms,
         first_byte_ms, idle_ms, total_ms, max_bytes)
  STRUCT(oc_http_callbacks, size, reserved, head, data, done)
  STRUCT(oc_http, size, reserved, request, pause)
  STRUCT(oc_connect_request, size, flags, url, headers, n_headers, connect_ms, idle_ms, max_message)
  STRUCT(oc_connection_callbacks, size, reserved, open, data, done)
  STRUCT(oc_connection, size, reserved, connect, send, close, pause)
  STRUCT(oc_inbound, size, reserved, submit, history, stop)
  STRUCT(oc_log, size, reserved, enabled, write)
  STRUCT(oc_markup, size, reserved, html, last_message)
  STRUCT(oc_metrics, size, reserved, define, add, set)
  STRUCT(oc_route_request, size, reserved, method, path, query, headers, n_headers, body, client_ip)
  STRUCT(oc_ws_events, size, reserved, open, message, closed)
  STRUCT(oc_route, size, reserved, add, reply, add_ws, ws_send, ws_close)
  STRUCT(oc_secret, size, reserved, equals, hmac_sha256)
  STRUCT(oc_state, size, reserved, get, put, erase)
  STRUCT(oc_cluster, size, reserved, want, release, held, others, tell, listen)
  STRUCT(oc_status_service, size, reserved, set, evidence)
  STRUCT(oc_stream, size, reserved, emit)
  STRUCT(oc_timer, size, reserved, after, now_ms, unix_ms)
  // storage.h
  STRUCT(oc_write_ingest, size, flags, session, agent, channel, account, event_id, payload_json,
         received_ms, epoch)
  STRUCT(oc_write_attempt, size, n_ids, session, epoch, ids)
  STRUCT(oc_transcript_entry, size, role, id, ts_ms, text, meta_json)
  STRUCT(oc_outbox_entry, size, flags, session, channel, account, idem_key, payload_json,
         created_ms, expires_ms)
  STRUCT(oc_write_finish, size, disposition, session, epoch, ids, transcript, outbox, n_ids,
         n_transcript, transcript_stride, n_outbox, outbox_stride, reserved, reason, ts_ms)
  STRUCT(oc_write_outbox, size, state, id, ts_ms, message_id, reason)
  STRUCT(oc_write_kv, size, flags, ns, key, value, expect_version)
  STRUCT(oc_write_session, size, action, session, ts_ms)
  STRUCT(oc_write_sweep, size, limit, before_ms)
  STRUCT(oc_write_resolve, size, queue, action, reserved, id, ts_ms, expires_ms)
  STRUCT(oc_write_trim, size, limit, session, idle_before_ms)
  STRUCT(oc_record, size, kind, number, reserved, id, epoch, first, next, at_ms, updated_ms,
         expires_ms, session, agent, channel, account, ns, key, text, extra)
  STRUCT(oc_write_load, size, reserved, record)
  STRUCT(oc_write, size, kind, body)
  STRUCT(oc_write_result, size, status, id, flags, reserved, reason)
  STRUCT(oc_inbox_row, size, attempts, id, epoch, session, agent, channel, account, event_id,
         payload_json, received_ms, reason, dead_ms)
  STRUCT(oc_outbox_row, size, state, id, updated_ms, reason, entry)
  STRUCT(oc_session_row, size, reserved, session, entries, bytes, updated_ms)
  STRUCT(oc_kv_row, size, reserved, key, value, version)
  STRUCT(oc_storage, size, caps, open, close, apply, history, inbox, outbox, kv, kv_get, sessions,
         stats, max_epoch, idle_sessions, renew, dump, open_member, collect, wait, members)
  STRUCT(oc_write_notice, size, reserved, to, topic, text)
  STRUCT(oc_write_lease, size, action, name)
  STRUCT(oc_member_row, size, reserved, instance, info_json, process, leases_json, since_ms,
         lease_left_ms, messages, replies)
  STRUCT(oc_notice, size, reserved, from, topic, text)
  STRUCT(oc_member, size, lease_ms, instance, info_json)
  STRUCT(oc_collect, size, max_messages, max_replies, n_outlets, outlets, ctx, message, reply,
         notice, max_lanes, reserved)
  return 0;
}
