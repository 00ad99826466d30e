/* "oc.markup/1": a text in Markdown as markup, for channels that show it themselves, or as it
 * grows. */
#ifndef OPENCLAW_HOST_MARKUP_H
#define OPENCLAW_HOST_MARKUP_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_markup {
  uint32_t size, reserved;
  /* [any] `written` gets the HTML, once, within this call. Each block of the text is one line: an
   * element of p, h1-h6, pre, blockquote, ul, ol, table or hr; newlines within it are "&#10;" or
   * br. In them stand li, thead, tbody, tr, th and td (align), strong, em, del, code (class
   * language-*), a (href) and img (src, alt); every other attribute but an ol's start is absent,
   * addresses are http, https or mailto, and all text is escaped. A text that grows keeps the lines
   * of its beginning, but for the last ones. Time is about linear in the text, some
   * milliseconds a KiB for the worst: mind the loop. OC_E_AGAIN: no memory; OC_E_TOOBIG: the text
   * is longer than 4 MiB, or its HTML would be over 6 times longer. */
  oc_status (*html)(oc_host*, oc_str markdown, void (*written)(void* user, oc_str html) OC_NOEXCEPT,
                    void* user) OC_NOEXCEPT;
  /* [any] Of the messages that send() would be given for it the last one, once, within this call:
   * `text` in the form of the manifest's text.format and within its limit, `plain` as in
   * oc_message. Pictures are links. For an answer that is shown while it is written: a code block
   * is closed where the text ends, what else is open is as it was written. Not called for a text of
   * nothing but spaces. Time as with html().
   * OC_E_AGAIN: no memory; OC_E_TOOBIG: the text is longer than 4 MiB. */
  oc_status (*last_message)(oc_host*, oc_str markdown,
                            void (*written)(void* user, oc_str text, oc_str plain) OC_NOEXCEPT,
                            void* user) OC_NOEXCEPT;
} oc_markup;

OC_ASSERT(sizeof(oc_markup) == 24);

OC_EXTERN_C_END
#endif
