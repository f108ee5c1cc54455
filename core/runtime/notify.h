/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_NOTIFY_H
#define SK_RUNTIME_NOTIFY_H

#include <stdint.h>

/*
 * What systemd is told (sd_notify(3)): a short text to the datagram socket that
 * $NOTIFY_SOCKET names. That is all of the protocol, so libsystemd and the libraries
 * behind it are not loaded. Without that variable nothing happens. One thread.
 */

/* READY=1: configured and at work, be it waiting for the bus or standing by. */
void sk_notify_ready(void);

/* WATCHDOG=1, in each turn of the loop; sent when half of $WATCHDOG_USEC is over. Returns
 * in how many milliseconds it wants to be called again; -1: nobody watches. */
int64_t sk_notify_alive(void);

/* STOPPING=1: the end was asked for, or could not be avoided. */
void sk_notify_stopping(void);

#endif
