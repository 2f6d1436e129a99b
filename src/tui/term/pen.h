/* The terminal's cursor and the attributes it writes with, moved and changed by the fewest bytes. */
#ifndef TUI_PEN_H
#define TUI_PEN_H

#include "tui/term/capabilities.h"
#include "tui/term/look.h"
#include "tui/term/outgoing.h"

struct pen {
    const struct capabilities *can;
    struct outgoing *out;
    int rows, columns; /* of the screen */
    int row, column;   /* row < 0: it can be anywhere; column == columns: it has written the last one, and may wrap */
    struct look look;
};

/* Puts the terminal into a known state: blank, plain, the cursor at the upper left. */
void pen_clear(struct pen *p);
void pen_move(struct pen *p, int row, int column);
void pen_look(struct pen *p, struct look look);

/* Writes a character `times` times, which is one column wide when that is more than one. `repeats`: the terminal is
 * known to repeat characters (ECMA-48's REP). */
void pen_write(struct pen *p, uint32_t character, int times, bool repeats);

/* Blanks a number of columns from the cursor on without moving it, or all to the end of the row (-1). False, and
 * nothing is done, where the terminal cannot. The look has to be one without reverse. */
bool pen_erase(struct pen *p, int columns);

/* Writes a character and repeats it, and asks where the cursor is then: INPUT_REPEATED comes from a terminal that
 * repeats. The first cells of a row are no longer what they were. */
enum { PEN_PROBE_ROW = PROBED_ROW - 1, PEN_PROBE_COLUMNS = PROBED_COLUMN - 1 };
void pen_probe_repeats(struct pen *p, bool unicode);

#endif
