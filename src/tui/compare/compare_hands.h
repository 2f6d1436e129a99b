/* How the rows of a comparison are told apart wherever they are shown: each has a colour, a dash and a letter. */
#ifndef TUI_COMPARE_HANDS_H
#define TUI_COMPARE_HANDS_H

#include "tui/draw/graph.h"

enum { COMPARE_HAND_COLUMNS = 7 };

struct graph_hand compare_hand(int row);

/* "a ─── ", in COMPARE_HAND_COLUMNS cells. */
void compare_hand_draw(struct canvas *c, int row, int column, int of_row);

#endif
