/* What curses writes, made plainer: nothing that some terminals lack, and less for a slow link. */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include "tui/term/outgoing.h"

/* Appends the bytes with repetitions written out (many that call themselves xterm cannot repeat), and without the return
 * from a character set that is never used and the resets of what is reset right after. */
void plain_add(struct outgoing *out, const char *bytes, size_t size);

#endif
