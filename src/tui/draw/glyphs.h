/* How a character is shown: how wide it is, and what replaces it where it cannot or must not be shown. */
#ifndef TUI_GLYPHS_H
#define TUI_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/* What to show for a character from anywhere. Control characters, marks that change the writing direction and invalid
 * characters become '?'. Without Unicode, box lines, blocks and the like become ASCII, everything else '?'. */
uint32_t glyph_shown(uint32_t character, bool unicode);

/* Columns: 0 (a combining mark), 1 or 2, from the locale's tables (call setlocale() first); 1 where they do not know. */
int glyph_width(uint32_t character);

#endif
