/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_XML_ELEMENT_H
#define SK_XML_ELEMENT_H

#include <libxml/tree.h>

#include "base/buffer.h"
#include "base/verdict.h"

/* Appends the element as JSON: an object, or a text when it has nothing but text. A
 * record is always an object. SK_REJECT "xml.large" beyond the bounds. */
enum sk_verdict sk_xml_put(struct sk_buffer *out, const xmlNode *element, bool record,
                           struct sk_error *err);

#endif
