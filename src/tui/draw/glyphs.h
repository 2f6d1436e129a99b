/* Glyphs for both worlds: how wide a character is, and what stands for it where only ASCII can be shown. */
#ifndef TUI_GLYPHS_H
#define TUI_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/* What may be shown for a character from anywhere: control characters, marks that turn the writing direction, and
 * what is no character become '?'; without Unicode, box lines, blocks and the like become ASCII, the rest '?'. */
uint32_t glyph_shown(uint32_t character, bool unicode);

/* Columns: 0 (a combining mark), 1 or 2. By the locale's tables (setlocale first); 1 for what they do not know. */
int glyph_width(uint32_t character);

#endif
