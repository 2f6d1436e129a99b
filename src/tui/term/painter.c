#include "tui/term/painter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tui/draw/utf8.h"
#include "tui/term/mouse.h"
#include "tui/term/pen.h"

enum { SEQUENCES_MOST = 200, GAP_MOST = 4, ERASE_LEAST = 9, ERASE_LINE_LEAST = 4 };

/* Stands for what no canvas has: the cell is painted. */
static const uint32_t unknown = UINT32_MAX;
static const struct cell blank = { .character = ' ', .role = ROLE_NORMAL };
static const struct look plain = { LOOK_PLAIN, COLOR_OWN, COLOR_OWN };

struct painter {
    struct capabilities can;
    struct pen pen;
    struct cell *shown; /* [rows][columns] */
    enum theme theme;
    int pixel_colors; /* as the canvas says */
    bool forget;
    bool left; /* something is left to paint_down() */
    bool probing;       /* it is not known yet whether the terminal repeats */
    bool repeats;
    char enter[SEQUENCES_MOST], leave[SEQUENCES_MOST];
};

static void add_sequence(const struct painter *p, char *to, enum capability which)
{
    char sequence[SEQUENCE_SIZE] = "";

    capabilities_write(&p->can, which, 0, 0, sequence);
    strncat(to, sequence, SEQUENCES_MOST - 1 - strlen(to));
}

struct painter *painter_open(const char *type, struct error *e)
{
    struct painter *p = memory_new(1, sizeof *p, e);

    if (p == NULL)
        return NULL;
    if (!capabilities_open(&p->can, type, e)) {
        painter_close(p);
        return NULL;
    }
    p->theme = look_theme(THEME_auto);
    p->pen = (struct pen){ .can = &p->can, .row = -1, .look = { LOOK_PLAIN, COLOR_OWN, COLOR_OWN } };
    add_sequence(p, p->enter, CAN_BEGIN);
    add_sequence(p, p->enter, CAN_HIDE);
    strcpy(p->leave, "\033[?2004l" MOUSE_REPORTS_OFF); /* what terminal.c turns on */
    add_sequence(p, p->leave, CAN_WRAP);
    add_sequence(p, p->leave, CAN_RESET);
    add_sequence(p, p->leave, CAN_SHOW);
    add_sequence(p, p->leave, p->can.format[CAN_END][0] != '\0' ? CAN_END : CAN_CLEAR);
    return p;
}

void painter_close(struct painter *p)
{
    if (p == NULL)
        return;
    capabilities_close(&p->can);
    free(p->shown);
    free(p);
}

const char *painter_enter(const struct painter *p)
{
    return p->enter;
}

const char *painter_leave(const struct painter *p)
{
    return p->leave;
}

void painter_learn_keys(const struct painter *p, struct input *in)
{
    capabilities_learn_keys(&p->can, in);
}

int painter_colors(const struct painter *p)
{
    if (p->theme == THEME_mono || p->can.colors < 8 || p->can.format[CAN_GROUND][0] == '\0')
        return 0;
    return p->can.direct ? COLORS_ALL : p->can.colors;
}

bool painter_has_mouse(const struct painter *p)
{
    return p->can.mouse;
}

void painter_default_size(const struct painter *p, int *rows, int *columns)
{
    *rows = p->can.rows;
    *columns = p->can.columns;
}

bool painter_resize(struct painter *p, int rows, int columns, struct error *e)
{
    struct cell *shown = memory_new((size_t)rows * (size_t)columns, sizeof *shown, e);

    if (shown == NULL)
        return false;
    free(p->shown);
    p->shown = shown;
    p->pen.rows = rows;
    p->pen.columns = columns;
    painter_forget(p);
    return true;
}

void painter_forget(struct painter *p)
{
    p->forget = true;
}

void painter_theme(struct painter *p, enum theme theme)
{
    theme = look_theme(theme);
    if (theme != p->theme)
        painter_forget(p);
    p->theme = theme;
}

void painter_probe(struct painter *p)
{
    p->probing = true;
    p->repeats = false;
    p->forget = true;
}

void painter_repeats(struct painter *p, bool repeats)
{
    p->probing = false;
    p->repeats = repeats;
}

static struct cell *shown_at(const struct painter *p, int row, int column)
{
    return &p->shown[(size_t)row * (size_t)p->pen.columns + (size_t)column];
}

static bool is_frame(struct cell cell)
{
    return cell.role == ROLE_FRAME || cell.role == ROLE_FRAME_FOCUS;
}

/* What to paint in a cell. The most useful comes first: frames and bars wait until it is known how to draw their
 * lines. */
static struct cell wanted(const struct painter *p, const struct canvas *c, int row, int column)
{
    struct cell cell = c->cells[(size_t)row * (size_t)c->columns + (size_t)column];

    return p->probing && (is_frame(cell) || cell.role == ROLE_BAR) ? blank : cell;
}

static struct look look_at(const struct painter *p, struct cell cell)
{
    return cell.role == ROLE_PIXELS && p->pixel_colors > 0
               ? look_of_pixels(cell.ink, cell.ground, p->pixel_colors)
               : look_of((enum role)cell.role, p->theme, p->can.colors);
}

/* A blank looks the same in every look but the reverse ones. */
static bool is_blank(const struct painter *p, struct cell cell)
{
    return cell.character == ' ' && !(look_at(p, cell).attributes & LOOK_REVERSE);
}

static bool same(const struct painter *p, struct cell a, struct cell b)
{
    if (a.character != b.character)
        return false;
    return look_same(look_at(p, a), look_at(p, b)) || (is_blank(p, a) && is_blank(p, b));
}

/* What is written with it, or erased, is more than blank. */
static bool colors_blanks(struct look look)
{
    return (look.attributes & LOOK_REVERSE) || look.ground != COLOR_OWN;
}

static void take_up(struct painter *p, struct cell cell)
{
    if (!is_blank(p, cell))
        pen_look(&p->pen, look_at(p, cell));
    else if (colors_blanks(p->pen.look))
        pen_look(&p->pen, plain);
}

/* Writing a few cells again can be cheaper than jumping over them. */
static void approach(struct painter *p, int row, int column)
{
    int from = p->pen.column, gap = column - from;
    char glyph[UTF8_SIZE];
    int bytes = 0;

    for (int i = from; p->pen.row == row && gap > 0 && gap <= GAP_MOST && i < column; i++) {
        struct cell cell = *shown_at(p, row, i);
        bool as_it_is = is_blank(p, cell) ? !colors_blanks(p->pen.look)
                                          : look_same(look_at(p, cell), p->pen.look);

        bytes += as_it_is && utf8_width(cell.character) == 1 ? utf8_put(glyph, cell.character) : SEQUENCE_SIZE;
    }
    for (int i = from; bytes > 0 && bytes <= GAP_MOST && i < column; i++)
        pen_write(&p->pen, shown_at(p, row, i)->character, 1, false);
    pen_move(&p->pen, row, column);
}

/* How many cells from this one on are to be the same, up to the last that is not so yet. */
static int run_length(const struct painter *p, const struct canvas *c, int row, int column, int columns)
{
    struct cell first = wanted(p, c, row, column);
    int changed = 1;

    for (int i = column + 1; i < columns && utf8_width(first.character) == 1; i++) {
        struct cell cell = wanted(p, c, row, i);

        if (!same(p, first, cell))
            break;
        if (!same(p, *shown_at(p, row, i), cell))
            changed = i + 1 - column;
    }
    return changed;
}

static void paint_run(struct painter *p, int row, int column, struct cell cell, int length)
{
    approach(p, row, column);
    take_up(p, cell);
    if (!is_blank(p, cell) || p->repeats || length < ERASE_LEAST || !pen_erase(&p->pen, length))
        pen_write(&p->pen, cell.character, length, p->repeats);
    for (int i = 0; i < length; i++)
        *shown_at(p, row, column + i) = cell;
}

/* The column from which on the row is to be blank. */
static int blank_from(const struct painter *p, const struct canvas *c, int row, int columns)
{
    while (columns > 0 && is_blank(p, wanted(p, c, row, columns - 1)))
        columns--;
    return columns;
}

static bool erase_rest(struct painter *p, int row, int column)
{
    approach(p, row, column);
    take_up(p, blank);
    if (!pen_erase(&p->pen, -1))
        return false;
    while (column < p->pen.columns)
        *shown_at(p, row, column++) = blank;
    return true;
}

/* What is written into the last cell of all makes some terminals scroll. */
static bool last_scrolls(const struct painter *p, int row)
{
    return row == p->pen.rows - 1 && !p->can.stays;
}

/* Does the pen come by, so that no move is needed? */
static bool is_near(const struct painter *p, int row, int column)
{
    enum { NEAR = 2 };

    return p->pen.row == row && p->pen.column <= column && p->pen.column + NEAR >= column;
}

static bool is_side(struct cell cell)
{
    return is_frame(cell) && (cell.character == 0x2502 || cell.character == '|');
}

/* Left to paint_down(): the sides of frames and the last column, which a line feed takes the pen down along, but where
 * it comes by with their look. */
static bool is_left(const struct painter *p, int row, int column, struct cell cell)
{
    if (cell.character == 0)
        return false;
    if (is_side(cell))
        return !is_near(p, row, column) || !look_same(p->pen.look, look_at(p, cell));
    return column == p->pen.columns - 1 && (last_scrolls(p, row) || !is_near(p, row, column));
}

static void paint_row(struct painter *p, const struct canvas *c, int row, int columns)
{
    int blanks = blank_from(p, c, row, columns);

    for (int column = 0; column < columns;) {
        struct cell cell = wanted(p, c, row, column);
        int length = 1;

        if (same(p, *shown_at(p, row, column), cell)) {
            column++;
            continue;
        }
        if (is_left(p, row, column, cell)) {
            p->left = true;
            column++;
            continue;
        }
        if (cell.character != 0) {
            length = run_length(p, c, row, column, columns - last_scrolls(p, row));
            if (column >= blanks && length >= ERASE_LINE_LEAST && erase_rest(p, row, column))
                return;
            paint_run(p, row, column, cell, length);
        }
        *shown_at(p, row, column) = cell; /* the second half of a wide one, too */
        column += length;
    }
}

/* What paint_row() has left, each column from its top down. */
static void paint_down(struct painter *p, const struct canvas *c, int columns)
{
    for (int column = 0; column < columns && p->left; column++)
        for (int row = 0; row < p->pen.rows && row < c->rows; row++) {
            struct cell cell = wanted(p, c, row, column);

            if (!same(p, *shown_at(p, row, column), cell) &&
                !(last_scrolls(p, row) && column == p->pen.columns - 1))
                paint_run(p, row, column, cell, 1);
        }
    p->left = false;
}

static void begin_anew(struct painter *p, bool unicode)
{
    size_t cells = (size_t)p->pen.rows * (size_t)p->pen.columns;

    pen_clear(&p->pen);
    for (size_t i = 0; i < cells; i++)
        p->shown[i] = blank;
    if (!p->probing || p->pen.rows <= PEN_PROBE_ROW || p->pen.columns <= PEN_PROBE_COLUMNS)
        return;
    pen_probe_repeats(&p->pen, unicode);
    for (int i = 0; i < PEN_PROBE_COLUMNS; i++)
        shown_at(p, PEN_PROBE_ROW, i)->character = unknown;
}

bool painter_paint(struct painter *p, const struct canvas *c, struct outgoing *out, struct error *e)
{
    int columns = c->columns < p->pen.columns ? c->columns : p->pen.columns;

    p->pen.out = out;
    p->forget = p->forget || p->pixel_colors != c->colors;
    p->pixel_colors = c->colors;
    if (p->forget)
        begin_anew(p, c->unicode);
    p->forget = false;
    for (int row = 0; row < p->pen.rows && row < c->rows; row++)
        paint_row(p, c, row, columns);
    paint_down(p, c, columns);
    if (out->failed)
        return error_set(e, ERROR_MEMORY, "no memory for a frame of the screen");
    return true;
}
