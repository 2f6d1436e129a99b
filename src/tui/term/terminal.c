#include "tui/term/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tui/term/input.h"
#include "tui/term/link.h"
#include "tui/term/mouse.h"
#include "tui/term/painter.h"
#include "tui/term/signals.h"

struct terminal {
    struct termios before, raw;
    int rows, columns;
    bool unicode, resized, save, enter, bell;
    bool halved, repeats; /* the last frame was a first half, until it is known whether the terminal repeats; it does */
    bool has_mouse, mouse, mouse_wanted; /* it can report one; it does */
    struct link link;
    struct input input;
    struct painter *painter;
    struct flow flow;
};

static const char request[] = "\033[5n";

static bool from_locale(void)
{
    const char *type = getenv("TERM");

    /* The Linux console's font lacks braille and most other symbols. */
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && (type == NULL || strcmp(type, "linux") != 0);
}

/* Raw: Ctrl-C, Ctrl-Z and Ctrl-S are keys, and a line feed only moves down, as curses expects. */
static struct termios raw_mode(struct termios mode)
{
    cfmakeraw(&mode);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    return mode;
}

static void read_size(const struct terminal *t, int *rows, int *columns)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        *rows = size.ws_row;
        *columns = size.ws_col;
    } else {
        painter_default_size(t->painter, rows, columns);
    }
}

/* Takes over the terminal; the next frame draws everything. */
static bool take_over(struct terminal *t, struct error *e)
{
    if (!signals_arm(t->link.input, t->link.output, painter_leave(t->painter), &t->before, e))
        return false;
    if (tcsetattr(t->link.input, TCSANOW, &t->raw) != 0)
        return error_set_errno(e, "cannot set the terminal to raw mode");
    painter_probe(t->painter);
    t->repeats = t->mouse = false;
    t->enter = true;
    flow_reset(&t->flow);
    return true;
}

static bool start(struct terminal *t, const struct terminal_options *o, struct error *e)
{
    if (tcgetattr(STDIN_FILENO, &t->before) != 0)
        return error_set_errno(e, "cannot read the terminal's mode");
    t->raw = raw_mode(t->before);
    t->unicode = !o->ascii && from_locale();
    flow_begin(&t->flow, &(struct pace_limits){ 0 }, clock_seconds());
    if (!signals_open(e) || !link_open(&t->link, signals_descriptor(), e))
        return false;
    t->painter = painter_open(getenv("TERM"), e);
    if (t->painter == NULL)
        return false;
    read_size(t, &t->rows, &t->columns);
    painter_learn_keys(t->painter, &t->input);
    t->has_mouse = painter_has_mouse(t->painter);
    return painter_resize(t->painter, t->rows, t->columns, e) && take_over(t, e);
}

struct terminal *terminal_open(const struct terminal_options *o, struct error *e)
{
    struct terminal *t;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        error_set(e, ERROR_USAGE, "the workbench needs a terminal: standard input and output must be one");
        return NULL;
    }
    t = memory_new(1, sizeof *t, e);
    if (t == NULL)
        return NULL;
    if (!start(t, o, e)) {
        terminal_close(t);
        return NULL;
    }
    return t;
}

void terminal_close(struct terminal *t)
{
    if (t == NULL)
        return;
    signals_close();
    painter_close(t->painter);
    link_close(&t->link);
    free(t);
}

void terminal_size(const struct terminal *t, int *rows, int *columns)
{
    *rows = t->rows;
    *columns = t->columns;
}

int terminal_colors(const struct terminal *t)
{
    return painter_colors(t->painter);
}

bool terminal_unicode(const struct terminal *t)
{
    return t->unicode;
}

int terminal_input(const struct terminal *t)
{
    return t->link.events;
}

int terminal_signal(const struct terminal *t)
{
    (void)t; /* signals are the process's */
    return signals_ending();
}

static void notice_size(struct terminal *t)
{
    struct error e;
    int rows, columns;

    read_size(t, &rows, &columns);
    if (rows == t->rows && columns == t->columns)
        return;
    if (!painter_resize(t->painter, rows, columns, &e))
        return; /* no memory: the old size stays */
    t->rows = rows;
    t->columns = columns;
    t->resized = true;
}

static void take_over_again(struct terminal *t)
{
    struct error e;

    if (!take_over(t, &e))
        t->link.gone = true;
    notice_size(t);
    t->resized = true; /* the screen is drawn again, whatever its size */
}

static void suspend(struct terminal *t)
{
    link_drop(&t->link); /* the next frame draws everything */
    signals_restore();
    signals_suspend();
    signals_take();
    take_over_again(t);
}

static void heed_signals(struct terminal *t)
{
    unsigned flags = signals_take();

    t->save = t->save || flags & SIGNAL_SAVE;
    if (flags & SIGNAL_SUSPEND)
        suspend(t);
    else if (flags & SIGNAL_CONTINUED)
        take_over_again(t);
    else if (flags & SIGNAL_RESIZED)
        notice_size(t);
}

/* One that never answers is not waited for on the way out. */
static void expect_answers(const struct terminal *t)
{
    signals_expect_answers(t->flow.deaf ? 0 : t->flow.owed);
}

static void answered(struct terminal *t)
{
    flow_answer(&t->flow, clock_seconds());
    expect_answers(t);
}

static void request_again(struct terminal *t)
{
    double now = clock_seconds();

    if (!flow_overdue(&t->flow, now))
        return;

    bool idle = link_idle(&t->link);

    if (idle)
        outgoing_add(&t->link.frame, request, sizeof request - 1);
    flow_request(&t->flow, idle, now);
    expect_answers(t);
    link_flush(&t->link);
}

int terminal_key(struct terminal *t, bool *ended)
{
    int key;

    heed_signals(t);
    link_flush(&t->link);
    request_again(t);
    do {
        while ((key = input_next(&t->input, clock_seconds())) < KEYCODE_NONE || key == KEYCODE_CTRL_Z)
            if (key == INPUT_ANSWER)
                answered(t);
            else if (key == INPUT_REPEATED)
                t->repeats = true;
            else
                suspend(t);
    } while (key == KEYCODE_NONE && link_read(&t->link, &t->input));

    if (key == KEYCODE_NONE && t->save) {
        t->save = false;
        key = KEYCODE_CHECKPOINT;
    }
    if (key == KEYCODE_NONE && t->resized) {
        t->resized = false;
        key = KEYCODE_RESIZE;
    }
    link_alarm(&t->link, input_wait(&t->input, clock_seconds())); /* an ESC has waited long enough */
    *ended = t->link.gone || signals_ending() != 0;
    return key;
}

bool terminal_ready(const struct terminal *t, bool asked, double *seconds)
{
    *seconds = -1;
    if (t->link.gone || t->link.frame.used > 0)
        return false;
    return flow_ready(&t->flow, asked, clock_seconds(), seconds);
}

bool terminal_show(struct terminal *t, const struct canvas *c, bool asked, struct error *e)
{
    static const char mark_pastes[] = "\033[?2004h";
    const char *mouse = t->mouse_wanted ? MOUSE_REPORTS_ON : MOUSE_REPORTS_OFF;
    struct outgoing *frame = &t->link.frame;
    double seconds;

    if (!terminal_ready(t, asked, &seconds))
        return true;
    if (t->halved)
        painter_repeats(t->painter, t->repeats);
    if (t->enter)
        outgoing_add(frame, painter_enter(t->painter), strlen(painter_enter(t->painter)));
    if (!painter_paint(t->painter, c, frame, e)) {
        frame->used = 0;
        return false;
    }
    if (t->bell)
        outgoing_add(frame, "\a", 1);
    if (t->mouse != t->mouse_wanted)
        outgoing_add(frame, mouse, strlen(mouse));
    if (frame->used == 0)
        return true;
    if (t->enter)
        outgoing_add(frame, mark_pastes, sizeof mark_pastes - 1);
    outgoing_add(frame, request, sizeof request - 1);
    if (frame->failed)
        return error_set(e, ERROR_MEMORY, "no memory for a frame of the screen");
    t->halved = t->enter;
    t->enter = t->bell = false;
    t->mouse = t->mouse_wanted;

    flow_frame(&t->flow, frame->used, asked, clock_seconds());
    expect_answers(t);
    link_flush(&t->link);
    return true;
}

bool terminal_halved(const struct terminal *t)
{
    return t->halved;
}

void terminal_forget(struct terminal *t)
{
    painter_forget(t->painter);
}

void terminal_mouse(struct terminal *t, bool wanted)
{
    t->mouse_wanted = wanted && t->has_mouse;
}

void terminal_theme(struct terminal *t, enum theme theme)
{
    painter_theme(t->painter, theme);
}

void terminal_limit(struct terminal *t, const struct pace_limits *limits)
{
    t->flow.pace.limits = *limits;
}

void terminal_bell(struct terminal *t)
{
    t->bell = true;
}

struct traffic terminal_traffic(const struct terminal *t)
{
    return flow_traffic(&t->flow, clock_seconds());
}
