/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_XML_CONFINE_H
#define SK_XML_CONFINE_H

#include <stdint.h>

#include "base/verdict.h"

/* From now on this process may read and write what it has open, take some memory, and
 * end; everything else fails. `size` bytes are to be read: more take more time and room.
 * SK_FATAL "xml.confine" when the kernel does not do it. */
enum sk_verdict sk_xml_confine(int64_t size, struct sk_error *err);

#endif
