/* What curses writes, made shorter and plainer: less for a slow link, and nothing that some terminals lack. */
#ifndef TUI_SHORTEN_H
#define TUI_SHORTEN_H

#include <stddef.h>

/* Rewrites in place and returns the new size, never a larger one: no return from a character set that is never used, no
 * color reset before a reset of everything. */
size_t shorten(char *bytes, size_t size);

#endif
