#include "tui/compare/compare_hands.h"

static const enum role roles[] = { ROLE_TRAIN, ROLE_VALID,  ROLE_PINNED, ROLE_STRONG,
                                   ROLE_GOOD,  ROLE_NORMAL, ROLE_PAST,   ROLE_BAD };
static const char *const dashes[] = { "-", "-- ", "- ", "---- ", "--- - ", "-  ", "---   " };

enum { ROLES = sizeof roles / sizeof *roles, DASHES = sizeof dashes / sizeof *dashes, LETTERS = 26, SHIFT = 5 };

struct graph_hand compare_hand(int row)
{
    return (struct graph_hand){
        .role = roles[row % ROLES],
        .dash = dashes[row % DASHES],
        .letter = (char)('a' + row % LETTERS),
        .at = 2 + row % LETTERS * SHIFT % GRAPH_LETTER_DISTANCE, /* not in the same columns as another's */
    };
}

void compare_hand_draw(struct canvas *c, int row, int column, int of_row)
{
    const struct graph_hand hand = compare_hand(of_row);
    const char *dash = hand.dash;

    canvas_put(c, row, column, hand.role, (unsigned char)hand.letter);
    for (int i = 2; i < COMPARE_HAND_COLUMNS - 1; i++) {
        if (*dash != ' ')
            canvas_text(c, row, column + i, hand.role, GRAPH_LINE);
        dash = dash[1] ? dash + 1 : hand.dash;
    }
}
