#include "tui/term/painter.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/memory.h"
#include "tui/term/mouse.h"

#undef columns /* term.h names every capability of a terminal, this one too */

enum { SEQUENCES_MOST = 200, COLOR_DEFAULT = -1 };

/* Few colours, on the terminal's own background: each change of colour and back costs 8 bytes. */
static const struct {
    attr_t attributes;
    short color;
    attr_t mono;
} looks[ROLE_COUNT] = {
    [ROLE_NORMAL] = { A_NORMAL, COLOR_DEFAULT, A_NORMAL },
    [ROLE_FRAME] = { A_NORMAL, COLOR_DEFAULT, A_NORMAL },
    [ROLE_FRAME_FOCUS] = { A_NORMAL, COLOR_CYAN, A_BOLD },
    [ROLE_TITLE] = { A_BOLD, COLOR_DEFAULT, A_BOLD },
    [ROLE_DIM] = { A_DIM, COLOR_DEFAULT, A_NORMAL },
    [ROLE_STRONG] = { A_BOLD, COLOR_DEFAULT, A_BOLD },
    [ROLE_SELECTED] = { A_REVERSE, COLOR_DEFAULT, A_REVERSE },
    [ROLE_GOOD] = { A_NORMAL, COLOR_GREEN, A_NORMAL },
    [ROLE_WARN] = { A_NORMAL, COLOR_YELLOW, A_BOLD },
    [ROLE_BAD] = { A_BOLD, COLOR_RED, A_BOLD },
    [ROLE_TRAIN] = { A_NORMAL, COLOR_CYAN, A_NORMAL },
    [ROLE_VALID] = { A_NORMAL, COLOR_YELLOW, A_BOLD },
    [ROLE_BAND] = { A_DIM, COLOR_CYAN, A_DIM },
    [ROLE_PAST] = { A_DIM, COLOR_DEFAULT, A_DIM },
    [ROLE_PINNED] = { A_NORMAL, COLOR_MAGENTA, A_NORMAL },
    [ROLE_BAR] = { A_NORMAL, COLOR_DEFAULT, A_NORMAL },
    [ROLE_KEY] = { A_BOLD, COLOR_DEFAULT, A_BOLD },
};

static const struct {
    const char *capability;
    int key;
} terminal_keys[] = {
    { "kcuu1", KEYCODE_UP },     { "kcud1", KEYCODE_DOWN },    { "kcub1", KEYCODE_LEFT },
    { "kcuf1", KEYCODE_RIGHT },  { "khome", KEYCODE_HOME },    { "kend", KEYCODE_END },
    { "kpp", KEYCODE_PAGE_UP },  { "knp", KEYCODE_PAGE_DOWN }, { "kich1", KEYCODE_INSERT },
    { "kdch1", KEYCODE_DELETE }, { "kcbt", KEYCODE_BACK_TAB }, { "kent", KEYCODE_ENTER },
    { "kf1", KEYCODE_F1 },       { "kf2", KEYCODE_F2 },        { "kf3", KEYCODE_F3 },
    { "kf4", KEYCODE_F4 },       { "kf5", KEYCODE_F5 },        { "kf6", KEYCODE_F6 },
    { "kf7", KEYCODE_F7 },       { "kf8", KEYCODE_F8 },        { "kf9", KEYCODE_F9 },
    { "kf10", KEYCODE_F10 },
};

struct painter {
    SCREEN *screen;
    FILE *stream;       /* curses writes here: a file in memory, read back after each update */
    struct cell *shown; /* what curses was told, so that only changes are told again */
    int rows, columns;
    bool colors, forget;
    char enter[SEQUENCES_MOST], leave[SEQUENCES_MOST];
};

/* Appends a control sequence of the terminal without its delays ($<5>), which only hardware terminals needed. */
static void add_sequence(char *to, const char *capability)
{
    const char *sequence = tigetstr((char *)capability);
    size_t used = strlen(to);

    if (sequence == NULL || sequence == (char *)-1)
        return;
    while (*sequence != '\0' && used + 1 < SEQUENCES_MOST) {
        const char *end = sequence[0] == '$' && sequence[1] == '<' ? strchr(sequence, '>') : NULL;

        if (end != NULL)
            sequence = end + 1;
        else
            to[used++] = *sequence++;
    }
    to[used] = '\0';
}

static bool has(const char *capability)
{
    const char *sequence = tigetstr((char *)capability);

    return sequence != NULL && sequence != (char *)-1;
}

static bool is_known(const char *type, int descriptor)
{
    int status;

    return type != NULL && type[0] != '\0' && setupterm((char *)type, descriptor, &status) == OK;
}

static bool start_curses(struct painter *p, const char *type, struct error *e)
{
    const char *candidates[] = { type, "xterm-256color", "xterm", "vt100", "ansi" };
    enum { CANDIDATES = sizeof candidates / sizeof candidates[0] };
    int memory = memfd_create("cuvette-frame", MFD_CLOEXEC), i = 0;

    if (memory < 0 || (p->stream = fdopen(memory, "w+")) == NULL) {
        error_set_errno(e, "cannot make a buffer for the screen");
        if (memory >= 0)
            close(memory);
        return false;
    }
    while (i < CANDIDATES && !is_known(candidates[i], memory))
        i++;
    if (i == CANDIDATES)
        return error_set(e, ERROR_USAGE,
                         "this system has no description of the terminal \"%s\" nor of a common one: "
                         "set TERM to one that it has, or set TERMINFO",
                         type == NULL ? "" : type);

    bool usable = has("cup") && has("clear");
    del_curterm(cur_term);
    if (!usable)
        return error_set(e, ERROR_USAGE,
                         "a terminal of type \"%s\" cannot move its cursor: set TERM to what it really is, "
                         "or use `cuvette train`",
                         candidates[i]);
    p->screen = newterm((char *)candidates[i], p->stream, stdin);
    if (p->screen == NULL)
        return error_set(e, ERROR_MEMORY, "curses cannot start on a terminal of type \"%s\"", candidates[i]);
    return true;
}

static void set_up_curses(struct painter *p, bool mono)
{
    leaveok(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    typeahead(-1); /* finish each frame, even when keys wait */
    curs_set(0);

    p->colors = !mono && has_colors() && start_color() == OK && COLORS >= 8 && use_default_colors() == OK;
    for (short role = 0; p->colors && role < ROLE_COUNT; role++)
        if (looks[role].color != COLOR_DEFAULT)
            init_pair(role, looks[role].color, COLOR_DEFAULT);

    add_sequence(p->enter, "smcup");
    add_sequence(p->enter, "civis");
    strcpy(p->leave, "\033[?2004l" MOUSE_REPORTS_OFF); /* what terminal.c turns on */
    add_sequence(p->leave, "rmacs");
    add_sequence(p->leave, "sgr0");
    add_sequence(p->leave, "op");
    add_sequence(p->leave, "cnorm");
    add_sequence(p->leave, has("rmcup") ? "rmcup" : "clear");
}

struct painter *painter_open(const char *type, bool mono, struct error *e)
{
    struct painter *p = memory_new(1, sizeof *p, e);

    if (p == NULL)
        return NULL;
    if (!start_curses(p, type, e)) {
        painter_close(p);
        return NULL;
    }
    set_up_curses(p, mono);
    return p;
}

void painter_close(struct painter *p)
{
    if (p == NULL)
        return;
    if (p->screen != NULL) {
        endwin(); /* into memory: signals_restore() restores the terminal itself */
        delscreen(p->screen);
    }
    if (p->stream != NULL)
        fclose(p->stream);
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
    (void)p; /* curses has one terminal at a time */
    for (size_t i = 0; i < sizeof terminal_keys / sizeof terminal_keys[0]; i++)
        if (has(terminal_keys[i].capability))
            input_learn(in, tigetstr((char *)terminal_keys[i].capability), terminal_keys[i].key);
}

bool painter_has_mouse(const struct painter *p)
{
    (void)p; /* curses knows one terminal at a time */
    return has("kmous");
}

void painter_default_size(const struct painter *p, int *rows, int *columns)
{
    (void)p;
    *rows = tigetnum("lines") > 0 ? tigetnum("lines") : 24;
    *columns = tigetnum("cols") > 0 ? tigetnum("cols") : 80;
}

bool painter_resize(struct painter *p, int rows, int columns, struct error *e)
{
    struct cell *shown = memory_new((size_t)rows * (size_t)columns, sizeof *shown, e);

    if (shown == NULL)
        return false;
    free(p->shown);
    p->shown = shown;
    p->rows = rows;
    p->columns = columns;
    if (resize_term(rows, columns) == ERR)
        return error_set(e, ERROR_MEMORY, "no memory for a screen of %d × %d", columns, rows);
    painter_forget(p);
    return true;
}

void painter_forget(struct painter *p)
{
    p->forget = true;
}

static void tell_cell(const struct painter *p, int row, int column, struct cell cell)
{
    wchar_t text[2] = { (wchar_t)cell.character, L'\0' };
    bool colored = p->colors && looks[cell.role].color != COLOR_DEFAULT;
    cchar_t character;

    /* An error at the last cell of the screen only means that the cursor cannot move on. */
    setcchar(&character, text, p->colors ? looks[cell.role].attributes : looks[cell.role].mono, colored ? cell.role : 0,
             NULL);
    mvadd_wch(row, column, &character);
}

/* Tells curses what differs; false when nothing does. Rows go from left to right, since a wide character also sets the
 * cell after it. */
static bool tell(struct painter *p, const struct canvas *c)
{
    bool changed = false;

    for (int row = 0; row < p->rows && row < c->rows; row++)
        for (int column = 0; column < p->columns && column < c->columns; column++) {
            struct cell cell = c->cells[row * c->columns + column], *shown = &p->shown[row * p->columns + column];

            if (!p->forget && cell.character == shown->character && cell.role == shown->role)
                continue;
            *shown = cell;
            changed = true;
            if (cell.character != 0)
                tell_cell(p, row, column, cell);
        }
    return changed;
}

/* Moves what curses has written since the last time from its file to `out`. */
static bool collect(struct painter *p, struct outgoing *out, struct error *e)
{
    int memory = fileno(p->stream);
    off_t size = fflush(p->stream) == 0 ? lseek(memory, 0, SEEK_CUR) : -1;
    char *bytes = size < 0 ? NULL : memory_new((size_t)size, 1, e);

    if (size < 0)
        return error_set_errno(e, "cannot use the screen's buffer");
    if (bytes == NULL)
        return false;

    bool taken =
        pread(memory, bytes, (size_t)size, 0) == size && ftruncate(memory, 0) == 0 && lseek(memory, 0, SEEK_SET) == 0;
    if (taken)
        outgoing_add_plainer(out, bytes, (size_t)size);
    else
        error_set_errno(e, "cannot read the screen's buffer back");
    free(bytes);
    if (out->failed)
        return error_set(e, ERROR_MEMORY, "no memory for a frame of the screen");
    return taken;
}

bool painter_paint(struct painter *p, const struct canvas *c, struct outgoing *out, struct error *e)
{
    if (!tell(p, c) && !p->forget)
        return true;
    if (p->forget)
        clearok(curscr, TRUE);
    p->forget = false;
    wnoutrefresh(stdscr);
    if (doupdate() == ERR)
        return error_set(e, ERROR_MEMORY, "no memory for a frame of the screen");
    return collect(p, out, e);
}
