/* A message, on its way in or out. */
#ifndef OPENCLAW_MESSAGE_H
#define OPENCLAW_MESSAGE_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_attachment {
  uint32_t size, flags; /* 0 */
  oc_str mime, name;
  oc_str ref;     /* [in] the channel's own, opaque to the host; [out] an http or https URL */
  uint64_t bytes; /* 0 = unknown */
} oc_attachment;

#define OC_MSG_GROUP 1u     /* inbound: from a group chat (several people) */
#define OC_MSG_ROOM 2u      /* inbound: from a channel or room of a server */
#define OC_MSG_MENTIONED 4u /* inbound: the bot is addressed (mention, reply to it, command) */

/* Which fields are used: [in] by inbound.submit, [out] by channel.send. */
typedef struct oc_message {
  uint32_t size, flags;
  int64_t ts_ms;      /* [in] the platform's time, Unix milliseconds; 0 = unknown */
  oc_str event_id;    /* [in] the platform's id of this event; the key of deduplication */
  oc_str idem_key;    /* [out] the same for every attempt at this message; at most 25 bytes */
  oc_str chat_id;     /* [in,out] where it was said; the immutable platform id */
  oc_str thread_id;   /* [in,out] thread or topic in that chat, or empty */
  oc_str sender_id;   /* [in] the person's immutable platform id */
  oc_str sender_name; /* [in] for display only, never for a decision */
  oc_str message_id;  /* [in] the platform's id of the message */
  oc_str reply_to;    /* [in,out] the message this one answers, or empty */
  oc_str turn_id;     /* [out] ties this message to the partials shown before it, or empty */
  oc_str text;        /* [out] in the form that the manifest's text.format asks for */
  oc_str plain; /* [out] the same without markup; empty when `text` has none. Send it, at once, when
                   the platform refuses the markup. It fits the limit, too. */
  oc_str extra_json; /* [in] kept with the message and given back in [out] replies to it */
  /* [in] given back to channel.fetch one by one. [out] at most one, for a channel whose manifest
   * has `text.media`: `text` is then its caption, without markup and within its captionLimit. A
   * platform that will not take it gets the caption and the URL as a message of text. */
  const oc_attachment* attachments;
  uint32_t n_attachments, attachment_stride;
} oc_message;

OC_ASSERT(offsetof(oc_attachment, ref) == 40 && sizeof(oc_attachment) == 64);
OC_ASSERT(offsetof(oc_message, event_id) == 16 && offsetof(oc_message, plain) == 176);
OC_ASSERT(offsetof(oc_message, attachments) == 208 && sizeof(oc_message) == 224);

OC_EXTERN_C_END
#endif
