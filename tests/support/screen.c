#include "tests/support/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

#include "base/clock.h"

static const double limit_seconds = 200, glance_seconds = 0.05; /* a condition may be about more than the screen */

enum { ANSWERS_MOST = 4096, PACKET_BYTES = 90, SEQUENCE_MOST = 16 };

struct screen {
    pid_t process;
    int master, status;
    bool exited, deaf, hold, repeats_nothing;
    char held[SEQUENCE_MOST]; /* a sequence that may become a repetition, while none is known */
    size_t n_held;
    VTerm *terminal;
    VTermScreen *cells;
    bool alternate, cursor_visible, reports_mouse;
    int bells, lose;
    double delay, byte_seconds, carried_at; /* when the link has carried all so far */
    char answers[ANSWERS_MOST]; /* not sent yet */
    double due[ANSWERS_MOST];   /* when each byte of them may go */
    size_t n_answers;
    uint64_t bytes, frames;
    size_t matched; /* of a status request */
    bool whole;     /* such a one came last: a frame ends with it */
};

static int on_property(VTermProp property, VTermValue *value, void *data)
{
    struct screen *s = data;

    if (property == VTERM_PROP_ALTSCREEN)
        s->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        s->cursor_visible = value->boolean;
    if (property == VTERM_PROP_MOUSE)
        s->reports_mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

static int on_bell(void *data)
{
    ((struct screen *)data)->bells++;
    return 1;
}

static void on_answer(const char *bytes, size_t size, void *data)
{
    struct screen *s = data;

    if (s->deaf || (s->lose > 0 && s->lose-- > 0))
        return;
    assert_true(s->n_answers + size <= ANSWERS_MOST);
    memcpy(s->answers + s->n_answers, bytes, size);
    for (size_t i = 0; i < size; i++)
        s->due[s->n_answers + i] = s->carried_at + s->delay;
    s->n_answers += size;
}

static void set_environment(const struct screen_options *o)
{
    setenv("TERM", o->term != NULL ? o->term : "xterm-256color", 1);
    setenv("LC_ALL", o->ascii ? "C" : "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    for (const char *const *name = o->environment; name != NULL && *name != NULL; name++)
        if (strchr(*name, '=') != NULL)
            putenv((char *)*name);
        else
            unsetenv(*name);
}

static void run_child(const struct screen_options *o)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that is killed leaves nobody behind */
    set_environment(o);
    for (int number = 1; number < NSIG; number++) /* cmocka's handlers are not the program's */
        signal(number, SIG_DFL);
    setlinebuf(stdout); /* it may have been a file until now */
    if (o->body != NULL)
        exit(o->body(o->data));
    execvp(o->arguments[0], (char *const *)o->arguments);
    _exit(127);
}

struct screen *screen_start(const struct screen_options *o)
{
    static const VTermScreenCallbacks callbacks = { .settermprop = on_property, .bell = on_bell };
    struct winsize size = { .ws_row = (unsigned short)(o->rows > 0 ? o->rows : 24),
                            .ws_col = (unsigned short)(o->columns > 0 ? o->columns : 80) };
    struct screen *s = calloc(1, sizeof *s);

    assert_non_null(s);
    s->deaf = o->deaf;
    s->repeats_nothing = o->repeats_nothing;
    s->terminal = vterm_new(size.ws_row, size.ws_col);
    assert_non_null(s->terminal);
    vterm_set_utf8(s->terminal, !o->ascii);
    vterm_output_set_callback(s->terminal, on_answer, s);
    s->cells = vterm_obtain_screen(s->terminal);
    vterm_screen_set_callbacks(s->cells, &callbacks, s);
    vterm_screen_enable_altscreen(s->cells, 1);
    vterm_screen_reset(s->cells, 1);

    fflush(NULL);
    s->process = forkpty(&s->master, NULL, NULL, &size);
    if (s->process == 0)
        run_child(o);
    assert_true(s->process > 0);
    fcntl(s->master, F_SETFD, FD_CLOEXEC);
    return s;
}

void screen_close(struct screen *s)
{
    if (s == NULL)
        return;
    if (s->master >= 0)
        close(s->master);
    if (!s->exited) {
        kill(s->process, SIGKILL);
        waitpid(s->process, NULL, 0);
    }
    vterm_free(s->terminal);
    free(s);
}

int screen_process(const struct screen *s)
{
    return s->process;
}

static void write_all(const struct screen *s, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(s->master, bytes, size);

        if (n < 0 && errno == EIO)
            return; /* the program has gone; who waits for it will see */
        assert_true(n > 0 || errno == EINTR);
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

void screen_send(struct screen *s, const char *keys)
{
    write_all(s, keys, strlen(keys));
}

void screen_tell_size(struct screen *s, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    assert_int_equal(ioctl(s->master, TIOCSWINSZ, &size), 0);
}

void screen_resize(struct screen *s, int rows, int columns)
{
    vterm_set_size(s->terminal, rows, columns);
    screen_tell_size(s, rows, columns);
}

/* Sends the answers that are due; returns how long until the next is, or `most`. */
static double send_answers(struct screen *s, double most)
{
    double now = clock_seconds();
    size_t n = 0;

    if (s->hold)
        return most;
    while (n < s->n_answers && s->due[n] <= now)
        n++;
    write_all(s, s->answers, n);
    s->n_answers -= n;
    memmove(s->answers, s->answers + n, s->n_answers);
    memmove(s->due, s->due + n, s->n_answers * sizeof s->due[0]);
    return s->n_answers > 0 && s->due[0] - now < most ? s->due[0] - now : most;
}

static void count(struct screen *s, const char *bytes, size_t size)
{
    static const char request[] = "\033[5n";

    s->bytes += size;
    for (size_t i = 0; i < size; i++) {
        s->matched = bytes[i] == request[s->matched] ? s->matched + 1 : bytes[i] == request[0];
        s->whole = request[s->matched] == '\0';
        if (request[s->matched] == '\0') {
            s->frames++;
            s->matched = 0;
        }
    }
}

static bool goes_on(const struct screen *s, char byte)
{
    return s->n_held == 0   ? byte == '\033'
           : s->n_held == 1 ? byte == '['
                            : byte >= '0' && byte <= '9' && s->n_held < SEQUENCE_MOST;
}

/* Leaves out repetitions. */
static void draw_plainly(struct screen *s, char byte)
{
    bool repetition = byte == 'b' && s->n_held > 2;

    if (!goes_on(s, byte) && !repetition)
        vterm_input_write(s->terminal, s->held, s->n_held);
    if (!goes_on(s, byte))
        s->n_held = 0;
    if (repetition)
        return;
    if (goes_on(s, byte))
        s->held[s->n_held++] = byte;
    else
        vterm_input_write(s->terminal, &byte, 1);
}

static void draw(struct screen *s, const char *bytes, size_t size)
{
    if (!s->repeats_nothing)
        vterm_input_write(s->terminal, bytes, size);
    else
        for (size_t i = 0; i < size; i++)
            draw_plainly(s, bytes[i]);
}

/* Takes in what comes within so many seconds, at most one read; false at the end of it all. */
static bool pump(struct screen *s, double seconds)
{
    struct pollfd wait = { .fd = s->master, .events = POLLIN };
    char bytes[16384];
    ssize_t n;

    seconds = send_answers(s, seconds);
    if (poll(&wait, 1, (int)(seconds * 1000) + 1) <= 0)
        return true;
    n = read(s->master, bytes, sizeof bytes);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    count(s, bytes, (size_t)n);
    s->carried_at = fmax(s->carried_at, clock_seconds()) + s->byte_seconds * (double)(n + PACKET_BYTES);
    draw(s, bytes, (size_t)n);
    vterm_screen_flush_damage(s->cells);
    send_answers(s, 0);
    return true;
}

static void fail_with_screen(const struct screen *s, const char *what)
{
    char *text = screen_text(s);

    print_error("%s", text);
    free(text);
    fail_msg("waited in vain for: %s", what);
}

void screen_wait_for(struct screen *s, bool (*condition)(struct screen *s, void *data), void *data, const char *what)
{
    double end = clock_seconds() + limit_seconds;

    while (!condition(s, data))
        if (!pump(s, glance_seconds) || clock_seconds() > end)
            if (!condition(s, data))
                fail_with_screen(s, what);
}

static bool has_text(struct screen *s, void *text)
{
    return screen_shows(s, text);
}

static bool has_no_text(struct screen *s, void *text)
{
    return !screen_shows(s, text);
}

void screen_wait_text(struct screen *s, const char *text)
{
    screen_wait_for(s, has_text, (void *)text, text);
}

void screen_wait_no_text(struct screen *s, const char *text)
{
    screen_wait_for(s, has_no_text, (void *)text, text);
}

void screen_hang_up(struct screen *s)
{
    close(s->master);
    s->master = -1;
}

void screen_run(struct screen *s, double seconds)
{
    double end = clock_seconds() + seconds, left;

    while ((left = end - clock_seconds()) > 0)
        if (!pump(s, left))
            fail_with_screen(s, "a program that goes on");
}

void screen_take(struct screen *s)
{
    pump(s, 0);
}

int screen_wait_exit(struct screen *s)
{
    double end = clock_seconds() + limit_seconds;

    while (s->master >= 0 && pump(s, 1))
        if (clock_seconds() > end)
            fail_with_screen(s, "the program's end");
    if (!s->exited)
        assert_int_equal(waitpid(s->process, &s->status, 0), s->process);
    s->exited = true;
    return s->status;
}

/* One row as UTF-8 without trailing blanks. */
static void row_text(const struct screen *s, int row, char *text, size_t size)
{
    int rows, columns;
    size_t used;

    vterm_get_size(s->terminal, &rows, &columns);
    used = vterm_screen_get_text(s->cells, text, size - 1,
                                 (VTermRect){ .start_row = row, .end_row = row + 1, .end_col = columns });
    while (used > 0 && (text[used - 1] == ' ' || text[used - 1] == '\n'))
        used--;
    text[used] = '\0';
}

char *screen_text(const struct screen *s)
{
    int rows, columns;

    vterm_get_size(s->terminal, &rows, &columns);

    size_t room = (size_t)rows * ((size_t)columns * 6 + 2) + 1, used = 0;
    char *text = calloc(room, 1);
    assert_non_null(text);
    for (int row = 0; row < rows; row++) {
        row_text(s, row, text + used, room - used);
        used += strlen(text + used);
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

bool screen_find(const struct screen *s, const char *text, int *row, int *column)
{
    char line[8192];
    int rows, columns;

    vterm_get_size(s->terminal, &rows, &columns);
    for (*row = 0; *row < rows; (*row)++) {
        row_text(s, *row, line, sizeof line);

        const char *at = strstr(line, text);
        if (at == NULL)
            continue;
        *column = 0;
        for (const char *byte = line; byte < at; byte++)
            *column += (*byte & 0xC0) != 0x80; /* characters; texts that are looked for stand behind no wide ones */
        return true;
    }
    return false;
}

bool screen_shows(const struct screen *s, const char *text)
{
    int row, column;

    return screen_find(s, text, &row, &column);
}

struct screen_look screen_look(const struct screen *s, int row, int column)
{
    VTermScreenCell cell;

    assert_int_equal(vterm_screen_get_cell(s->cells, (VTermPos){ .row = row, .col = column }, &cell), 1);
    bool own = VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_INDEXED(&cell.fg);
    return (struct screen_look){ .bold = cell.attrs.bold,
                                 .reverse = cell.attrs.reverse,
                                 .color = own ? -1 : cell.fg.indexed.idx };
}

void screen_hold_answers(struct screen *s, bool hold)
{
    s->hold = hold;
    send_answers(s, 0);
}

void screen_lose_answers(struct screen *s, int count)
{
    s->lose = count;
}

void screen_delay_answers(struct screen *s, double seconds, double bytes_a_second)
{
    s->delay = seconds;
    s->byte_seconds = bytes_a_second > 0 ? 1 / bytes_a_second : 0;
}

uint64_t screen_bytes(const struct screen *s)
{
    return s->bytes;
}

static bool is_whole(struct screen *s, void *data)
{
    (void)data;
    return s->whole;
}

void screen_wait_frame(struct screen *s)
{
    screen_wait_for(s, is_whole, NULL, "the end of a frame");
}

uint64_t screen_frames(const struct screen *s)
{
    return s->frames;
}

bool screen_is_alternate(const struct screen *s)
{
    return s->alternate;
}

bool screen_cursor_is_visible(const struct screen *s)
{
    return s->cursor_visible;
}

bool screen_reports_mouse(const struct screen *s)
{
    return s->reports_mouse;
}

int screen_bells(const struct screen *s)
{
    return s->bells;
}

void screen_mode(const struct screen *s, struct termios *mode)
{
    assert_int_equal(tcgetattr(s->master, mode), 0);
}
