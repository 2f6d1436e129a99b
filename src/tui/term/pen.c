#include "tui/term/pen.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tui/draw/utf8.h"

enum { MOVE_SIZE = 4 * SEQUENCE_SIZE, BACK_MOST = 4, DOWN_MOST = 4 };

static void send(struct pen *p, enum capability which, int first, int second)
{
    char sequence[SEQUENCE_SIZE];

    outgoing_add(p->out, sequence, (size_t)capabilities_write(p->can, which, first, second, sequence));
}

void pen_clear(struct pen *p)
{
    send(p, CAN_RESET, 0, 0);
    send(p, CAN_SCROLLED, 0, p->rows - 1);
    send(p, CAN_OVERWRITE, 0, 0);
    send(p, p->can->wraps ? CAN_WRAP : CAN_NO_WRAP, 0, 0);
    send(p, CAN_CLEAR, 0, 0);
    p->row = p->column = 0;
    p->look = (struct look){ LOOK_PLAIN, COLOR_OWN, COLOR_OWN };
}

/* A way to a place. Empty with `open` false: there is none. */
struct way {
    char bytes[MOVE_SIZE];
    size_t length;
    bool open;
};

static void walk(struct way *w, const char *bytes, size_t length)
{
    if (w->length + length > sizeof w->bytes) {
        w->open = false;
        return;
    }
    memcpy(w->bytes + w->length, bytes, length);
    w->length += length;
}

static void walk_by(struct way *w, const struct pen *p, enum capability which, int first, int second)
{
    char sequence[SEQUENCE_SIZE];
    int length = capabilities_write(p->can, which, first, second, sequence);

    w->open = w->open && length > 0;
    walk(w, sequence, (size_t)length);
}

static void keep_shorter(struct way *best, const struct way *w)
{
    if (w->open && (!best->open || w->length < best->length))
        *best = *w;
}

/* Goes on from `so_far`, which is in the right row at column `from`, to column `to`. */
static void try_columns(struct way *best, const struct way *so_far, const struct pen *p, int from, int to)
{
    struct way w = *so_far;

    if (from == to)
        keep_shorter(best, &w);
    if (from < to) {
        walk_by(&w, p, CAN_RIGHT, to - from, 0);
        keep_shorter(best, &w);
    }
    for (w = *so_far; from > to && from - to <= BACK_MOST; to++)
        walk(&w, "\b", 1);
    if (w.length > so_far->length)
        keep_shorter(best, &w);
}

static void try_all_columns(struct way *best, const struct way *so_far, const struct pen *p, int from, int to)
{
    struct way w = *so_far;

    if (from < p->columns)
        try_columns(best, so_far, p, from, to);
    walk(&w, "\r", 1);
    try_columns(best, &w, p, 0, to);
    if (from < p->columns) {
        w = *so_far;
        walk_by(&w, p, CAN_COLUMN, to, 0);
        keep_shorter(best, &w);
    }
}

/* A line feed goes straight down, as the terminal is in raw mode; not from behind the last column, where terminals
 * differ. */
static void try_near(struct way *best, const struct pen *p, int row, int column)
{
    struct way w = { .open = true };
    int from = p->column;

    if (row < p->row || row - p->row > DOWN_MOST)
        return;
    if (row > p->row && from == p->columns) {
        walk(&w, "\r", 1);
        from = 0;
    }
    for (int i = p->row; i < row; i++)
        walk(&w, "\n", 1);
    try_all_columns(best, &w, p, from, column);
}

void pen_move(struct pen *p, int row, int column)
{
    struct way best = { .open = true }, w = { .open = true };

    if (p->row == row && p->column == column)
        return;
    walk_by(&best, p, CAN_MOVE, row, column);
    if (p->row >= 0) {
        try_near(&best, p, row, column);
        if (p->column == column) {
            walk_by(&w, p, CAN_ROW, row, 0);
            keep_shorter(&best, &w);
        }
    }
    outgoing_add(p->out, best.bytes, best.length);
    p->row = row;
    p->column = column;
}

/* Joins ESC[…m and ESC[…m into one. */
static void walk_joined(struct way *w, const char *sequence, int length)
{
    bool joined = length > 2 && memcmp(sequence, "\033[", 2) == 0 && w->length > 2 &&
                  memcmp(w->bytes, "\033[", 2) == 0 && w->bytes[w->length - 1] == 'm';

    if (joined)
        w->bytes[w->length - 1] = ';';
    walk(w, sequence + 2 * joined, (size_t)length - 2 * joined);
}

static void walk_attribute(struct way *w, const struct pen *p, enum capability which, int parameter)
{
    char sequence[SEQUENCE_SIZE];

    walk_joined(w, sequence, capabilities_write(p->can, which, parameter, 0, sequence));
}

/* One of the palette, or any. */
static void walk_color(struct way *w, const struct pen *p, enum capability which, int color)
{
    char sequence[SEQUENCE_SIZE];

    if (color < COLOR_DIRECT)
        walk_attribute(w, p, which, color);
    else
        walk_joined(w, sequence,
                    snprintf(sequence, sizeof sequence, "\033[%d;2;%d;%d;%dm", which == CAN_GROUND ? 48 : 38,
                             color >> 16 & 255, color >> 8 & 255, color & 255));
}

/* Only by a reset comes the terminal's own colour back. */
static bool turns_own(int from, int to)
{
    return to == COLOR_OWN && from != COLOR_OWN;
}

void pen_look(struct pen *p, struct look look)
{
    static const struct {
        unsigned attribute;
        enum capability how;
    } attributes[] = { { LOOK_BOLD, CAN_BOLD }, { LOOK_DIM, CAN_DIM }, { LOOK_REVERSE, CAN_REVERSE } };
    struct way w = { .open = true };
    struct look now = p->look;

    if (look_same(now, look))
        return;
    if ((now.attributes & ~look.attributes) || turns_own(now.color, look.color) || turns_own(now.ground, look.ground)) {
        walk_attribute(&w, p, CAN_RESET, 0);
        now = (struct look){ LOOK_PLAIN, COLOR_OWN, COLOR_OWN };
    }
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (look.attributes & ~now.attributes & attributes[i].attribute)
            walk_attribute(&w, p, attributes[i].how, 0);
    if (look.color != now.color)
        walk_color(&w, p, CAN_COLOR, look.color);
    if (look.ground != now.ground)
        walk_color(&w, p, CAN_GROUND, look.ground);
    outgoing_add(p->out, w.bytes, w.length);
    p->look = look;
}

/* A repetition that ends in the last column but one makes some terminals (libvterm) wrap the next character: it ends
 * before that. */
void pen_write(struct pen *p, uint32_t character, int times, bool repeats)
{
    char glyph[UTF8_SIZE], again[SEQUENCE_SIZE];
    size_t length = (size_t)utf8_put(glyph, character);
    int repeated = int_min(times - 1, p->columns - 3 - p->column);
    int size = snprintf(again, sizeof again, "\033[%db", repeated);

    outgoing_add(p->out, glyph, length);
    if (!repeats || repeated <= 0 || (size_t)size >= length * (size_t)repeated)
        repeated = 0;
    else
        outgoing_add(p->out, again, (size_t)size);
    for (int i = 1 + repeated; i < times; i++)
        outgoing_add(p->out, glyph, length);
    p->column += times * utf8_width(character);
    if (!p->can->wraps)
        p->column = int_min(p->column, p->columns - 1);
    else if (p->column >= p->columns && !p->can->stays)
        p->row = -1;
}

bool pen_erase(struct pen *p, int columns)
{
    char sequence[SEQUENCE_SIZE];
    int length = capabilities_write(p->can, columns < 0 ? CAN_ERASE_LINE : CAN_ERASE, columns, 0, sequence);

    outgoing_add(p->out, sequence, (size_t)length);
    return length > 0;
}

void pen_probe_repeats(struct pen *p, bool unicode)
{
    char again[SEQUENCE_SIZE];
    int size = snprintf(again, sizeof again, "\033[%db\033[6n", PEN_PROBE_COLUMNS - 1);

    pen_move(p, PEN_PROBE_ROW, 0);
    pen_write(p, unicode ? 0x2500 : '-', 1, false);
    outgoing_add(p->out, again, (size_t)size);
    p->row = -1;
}
