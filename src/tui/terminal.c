#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tui/flow.h"
#include "tui/input.h"
#include "tui/painter.h"
#include "tui/signals.h"

enum { CTRL_Z = 26, INPUT = STDIN_FILENO };

struct terminal {
    int output;       /* the same terminal, opened anew so that writing never blocks; or standard output */
    int events;       /* epoll: input, signals, timer, and output while a part of a frame waits */
    int timer;        /* for what is incomplete in the input */
    struct termios before, raw;
    int rows, columns;
    bool unicode, gone, resized, enter, bell;
    struct painter *painter;
    struct input input;
    struct flow flow;
    struct outgoing frame;
    size_t sent; /* of the frame */
};

static bool from_locale(void)
{
    const char *type = getenv("TERM");

    /* The Linux console's font has neither braille nor most of the rest. */
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && (type == NULL || strcmp(type, "linux") != 0);
}

static bool wants_mono(void)
{
    const char *none = getenv("NO_COLOR");

    return none != NULL && none[0] != '\0';
}

/* Raw: Ctrl-C, Ctrl-Z and Ctrl-S are keys, and curses counts on a line feed that is only that. */
static struct termios raw_mode(struct termios mode)
{
    cfmakeraw(&mode);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    return mode;
}

static bool watch(const struct terminal *t, int descriptor, uint32_t events, struct error *e)
{
    struct epoll_event event = { .events = events };

    if (epoll_ctl(t->events, EPOLL_CTL_ADD, descriptor, &event) != 0)
        return error_set_errno(e, "cannot wait for the terminal");
    return true;
}

static bool open_descriptors(struct terminal *t, struct error *e)
{
    /* O_NONBLOCK belongs to the open file, which the shell shares: hence an open file of our own. */
    t->output = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (t->output < 0)
        t->output = STDOUT_FILENO;
    t->events = epoll_create1(EPOLL_CLOEXEC);
    t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (t->events < 0 || t->timer < 0)
        return error_set_errno(e, "cannot make a descriptor to wait on");
    return watch(t, INPUT, EPOLLIN, e) && watch(t, signals_descriptor(), EPOLLIN, e) &&
           watch(t, t->timer, EPOLLIN, e) && watch(t, t->output, 0, e);
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

/* Makes the terminal ours, with the next frame. */
static bool take(struct terminal *t, struct error *e)
{
    if (!signals_arm(INPUT, t->output, painter_leave(t->painter), &t->before, e))
        return false;
    if (tcsetattr(INPUT, TCSADRAIN, &t->raw) != 0)
        return error_set_errno(e, "cannot set the terminal to raw mode");
    painter_forget(t->painter);
    flow_reset(&t->flow);
    return true;
}

static bool start(struct terminal *t, const struct terminal_options *o, struct error *e)
{
    if (tcgetattr(INPUT, &t->before) != 0)
        return error_set_errno(e, "cannot read the terminal's mode");
    t->raw = raw_mode(t->before);
    t->unicode = !o->ascii && from_locale();
    flow_begin(&t->flow, clock_seconds());
    if (!signals_open(e) || !open_descriptors(t, e))
        return false;
    t->painter = painter_open(getenv("TERM"), o->mono || wants_mono(), e);
    if (t->painter == NULL)
        return false;
    read_size(t, &t->rows, &t->columns);
    painter_learn_keys(t->painter, &t->input);
    return painter_resize(t->painter, t->rows, t->columns, e) && take(t, e);
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
    t->output = STDOUT_FILENO;
    t->events = t->timer = -1;
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
    if (t->output != STDOUT_FILENO)
        close(t->output);
    if (t->events >= 0)
        close(t->events);
    if (t->timer >= 0)
        close(t->timer);
    outgoing_free(&t->frame);
    free(t);
}

void terminal_size(const struct terminal *t, int *rows, int *columns)
{
    *rows = t->rows;
    *columns = t->columns;
}

bool terminal_unicode(const struct terminal *t)
{
    return t->unicode;
}

int terminal_input(const struct terminal *t)
{
    return t->events;
}

int terminal_signal(const struct terminal *t)
{
    (void)t; /* signals are the process's */
    return signals_ending();
}

static bool readable(int descriptor, short events)
{
    struct pollfd wait = { .fd = descriptor, .events = events };

    return poll(&wait, 1, 0) == 1;
}

/* What waits of a frame goes out as far as there is room. Standard output, where it could not be opened anew, blocks:
 * it gets little at a time. */
static void flush(struct terminal *t)
{
    bool blocks = t->output == STDOUT_FILENO;

    while (t->sent < t->frame.used && (!blocks || readable(t->output, POLLOUT))) {
        size_t left = t->frame.used - t->sent;
        ssize_t n = write(t->output, t->frame.bytes + t->sent, blocks && left > 512 ? 512 : left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            t->gone = true;
        if (n < 0)
            break;
        t->sent += (size_t)n;
    }

    bool waits = t->sent < t->frame.used && !t->gone;
    struct epoll_event event = { .events = waits ? EPOLLOUT : 0 };
    epoll_ctl(t->events, EPOLL_CTL_MOD, t->output, &event);
    if (!waits)
        t->sent = t->frame.used = 0;
}

static void notice_size(struct terminal *t)
{
    struct error e;
    int rows, columns;

    read_size(t, &rows, &columns);
    if (rows == t->rows && columns == t->columns)
        return;
    if (!painter_resize(t->painter, rows, columns, &e))
        return; /* no memory: the old size, then */
    t->rows = rows;
    t->columns = columns;
    t->resized = true;
}

static void retake(struct terminal *t)
{
    struct error e;

    if (!take(t, &e))
        t->gone = true;
    t->enter = true;
    notice_size(t);
    t->resized = true; /* whoever draws is told, whatever the size */
}

static void suspend(struct terminal *t)
{
    t->sent = t->frame.used = 0; /* it is drawn anew */
    signals_restore();
    signals_suspend();
    signals_take();
    retake(t);
}

static void heed_signals(struct terminal *t)
{
    unsigned flags = signals_take();

    if (flags & SIGNAL_SUSPEND)
        suspend(t);
    else if (flags & SIGNAL_CONTINUED)
        retake(t);
    else if (flags & SIGNAL_RESIZED)
        notice_size(t);
}

static bool read_more(struct terminal *t)
{
    unsigned char bytes[INPUT_ROOM];
    size_t room = input_room(&t->input);
    ssize_t n;

    if (t->gone || room == 0 || !readable(INPUT, POLLIN))
        return false;
    n = read(INPUT, bytes, room);
    if (n <= 0) {
        t->gone = n == 0 || (errno != EINTR && errno != EAGAIN);
        return false;
    }
    input_feed(&t->input, bytes, (size_t)n, clock_seconds());
    return true;
}

/* Wakes the loop when an ESC has waited long enough. */
static void set_timer(const struct terminal *t, double now)
{
    double wait = input_wait(&t->input, now);
    struct itimerspec at = { 0 };

    if (wait >= 0) {
        at.it_value.tv_sec = (time_t)wait;
        at.it_value.tv_nsec = (long)((wait - (double)at.it_value.tv_sec) * 1e9) + 1;
    }
    timerfd_settime(t->timer, 0, &at, NULL); /* also takes back an expiry that nobody has read */
}

static void answered(struct terminal *t)
{
    flow_answer(&t->flow, clock_seconds());
    signals_expect_answer(false);
}

int terminal_key(struct terminal *t, bool *ended)
{
    int key;

    heed_signals(t);
    flush(t);
    do {
        while ((key = input_next(&t->input, clock_seconds())) == INPUT_ANSWER || key == CTRL_Z)
            if (key == INPUT_ANSWER)
                answered(t);
            else
                suspend(t);
    } while (key == KEYCODE_NONE && read_more(t));

    if (key == KEYCODE_NONE && t->resized) {
        t->resized = false;
        key = KEYCODE_RESIZE;
    }
    set_timer(t, clock_seconds());
    *ended = t->gone || signals_ending() != 0;
    return key;
}

bool terminal_ready(const struct terminal *t, double *seconds)
{
    *seconds = -1;
    if (t->gone || t->frame.used > 0)
        return false;
    return flow_ready(&t->flow, clock_seconds(), seconds);
}

bool terminal_show(struct terminal *t, const struct canvas *c, struct error *e)
{
    static const char request[] = "\033[5n";
    double seconds;

    if (!terminal_ready(t, &seconds))
        return true;
    if (t->enter)
        outgoing_add(&t->frame, painter_enter(t->painter), strlen(painter_enter(t->painter)));
    if (!painter_paint(t->painter, c, &t->frame, e)) {
        t->frame.used = 0;
        return false;
    }
    if (t->bell)
        outgoing_add(&t->frame, "\a", 1);
    if (t->frame.used == 0)
        return true;
    outgoing_add(&t->frame, request, sizeof request - 1);
    if (t->frame.failed)
        return error_set(e, ERROR_MEMORY, "no memory for a frame of the screen");
    t->enter = t->bell = false;

    flow_frame(&t->flow, t->frame.used, clock_seconds());
    signals_expect_answer(!t->flow.given_up);
    flush(t);
    if (t->gone)
        return error_set(e, ERROR_IO, "the terminal is gone");
    return true;
}

void terminal_forget(struct terminal *t)
{
    painter_forget(t->painter);
}

void terminal_bell(struct terminal *t)
{
    t->bell = true;
}

void terminal_traffic(const struct terminal *t, struct terminal_traffic *out)
{
    *out = flow_traffic(&t->flow, clock_seconds());
}
