/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_TERMINAL_H
#define SK_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The terminal key by key: no line to end, no echo. However the program ends or is
 * stopped (also by a signal), the terminal is as it was before. One at a time.
 */
bool sk_terminal_open(void); /* false: standard input is no terminal */
void sk_terminal_close(void);

enum { SK_KEY_END = -1, SK_KEY_OTHER = 0 }; /* end of input; arrows and the like */

/* The next key: a byte, or one of the above. Waits. */
int sk_terminal_key(void);

/* Asks for a line, with echo and correction as the terminal has them; without its end.
 * False at the end of input. */
bool sk_terminal_line(const char *question, char *out, size_t size);

/* An empty screen, where the terminal can. */
void sk_terminal_clear(void);

int sk_terminal_width(void); /* columns; 80 when it does not say */

#endif
