#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread.h"
#include "tests/support/subject.h"
#include "tui/draw/shapes.h"
#include "tui/keys.h"
#include "tui/term/terminal.h"

struct subject_shared *subject_shared;

/* The program's state. */
struct program {
    struct terminal *terminal;
    struct canvas canvas;
    int rows, columns, keys, last;
    bool stubborn, busy, stops, ended;
};

static bool fit(struct program *p)
{
    struct error e;

    canvas_free(&p->canvas);
    terminal_size(p->terminal, &p->rows, &p->columns);
    return canvas_new(&p->canvas, p->rows, p->columns, terminal_unicode(p->terminal), &e);
}

static void draw(struct program *p)
{
    struct canvas inside;

    canvas_clear(&p->canvas);
    inside = shape_box(&p->canvas, "test", true);
    canvas_format(&inside, 0, 0, ROLE_NORMAL, "size %dx%d", p->columns, p->rows);
    canvas_format(&inside, 1, 0, ROLE_TRAIN, "keys %d", p->keys);
    canvas_format(&inside, 2, 0, ROLE_NORMAL, "last 0x%x", (unsigned)p->last);
    canvas_text(&inside, 3, 0, ROLE_SELECTED, "selected ×");
    canvas_text(&inside, 4, 0, ROLE_STRONG, "strong");
    if (p->ended)
        canvas_text(&inside, 5, 0, ROLE_BAD, "a signal came");
}

static void crash(void)
{
    volatile char *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    forbidden[0] = 1;
}

static void *crash_there(void *none)
{
    crash();
    return none;
}

static void crash_in_a_thread(void)
{
    pthread_t thread;

    if (thread_start(&thread, crash_there, NULL))
        pthread_join(thread, NULL);
}

/* Keys that do something; all others are only counted. */
static bool obey(struct program *p, int key)
{
    switch (key) {
    case 'q':
        return false;
    case 'c':
        crash();
        break;
    case 'k':
        crash_in_a_thread();
        break;
    case 'a':
        abort();
    case 'x':
        exit(EXIT_SUDDEN);
    case 'b':
        terminal_bell(p->terminal);
        break;
    case 'f':
        terminal_forget(p->terminal);
        break;
    case 's':
        p->stubborn = true;
        break;
    case 'w':
        p->busy = true;
        break;
    case 'z':
        p->stops = true;
        break;
    case KEYCODE_RESIZE:
        return fit(p);
    case '.': /* changes nothing that is shown */
        subject_shared->keys++;
        return true;
    default:
        break;
    }
    p->last = key;
    p->keys++;
    subject_shared->keys++;
    return true;
}

static bool show(struct program *p)
{
    struct error e;
    double seconds;
    struct pollfd wait = { .fd = terminal_input(p->terminal), .events = POLLIN };

    p->keys += p->busy;
    draw(p);
    if (terminal_ready(p->terminal, true, &seconds)) {
        subject_shared->shows++;
        if (p->stops)
            raise(SIGSTOP); /* with a frame to send */
        if (!terminal_show(p->terminal, &p->canvas, true, &e))
            return false;
        terminal_ready(p->terminal, true, &seconds);
        if (!p->busy && !terminal_halved(p->terminal))
            seconds = -1;
    }
    poll(&wait, 1, seconds < 0 ? -1 : (int)(seconds * 1000) + 1);
    return true;
}

int subject_program(void *data)
{
    struct terminal_options options = { 0 };
    struct error e = { 0 };
    struct program p = { 0 };
    bool going;
    int key;
    (void)data;

    setlocale(LC_ALL, "");
    p.terminal = terminal_open(&options, &e);
    if (p.terminal == NULL) {
        printf("%s\n", e.text);
        return EXIT_NO_TERMINAL;
    }
    terminal_mouse(p.terminal, true);
    going = fit(&p);
    while (going && (!p.ended || p.stubborn)) {
        going = show(&p);
        while (going && (key = terminal_key(p.terminal, &p.ended)) != KEYCODE_NONE)
            going = obey(&p, key);
    }
    terminal_close(p.terminal);
    canvas_free(&p.canvas);
    printf("bye\n");
    return p.ended ? EXIT_ENDED : 0;
}

struct screen *subject_start(struct screen_options o)
{
    struct screen *s;

    subject_shared->keys = subject_shared->shows = 0;
    if (o.body == NULL)
        o.body = subject_program;
    s = screen_start(&o);
    return s;
}

struct screen *subject_start_and_see(struct screen_options o)
{
    struct screen *s = subject_start(o);

    screen_wait_text(s, "keys 0");
    screen_wait_text(s, o.ascii ? "-+" : "─┐"); /* the frame comes after what is in it */
    return s;
}

void subject_assert_restored(const struct screen *s)
{
    struct termios now, fresh;
    int master, slave;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    assert_int_equal(tcgetattr(slave, &fresh), 0);
    close(slave);
    close(master);
    screen_mode(s, &now);
    assert_int_equal(now.c_iflag, fresh.c_iflag);
    assert_int_equal(now.c_oflag, fresh.c_oflag);
    assert_int_equal(now.c_lflag, fresh.c_lflag);
    assert_false(screen_is_alternate(s));
    assert_true(screen_cursor_is_visible(s));
    assert_false(screen_reports_mouse(s));
}

void subject_quit(struct screen *s)
{
    screen_send(s, "q");
    int status = screen_wait_exit(s);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    subject_assert_restored(s);
    screen_close(s);
}

int subject_tests(const char *group, const struct CMUnitTest *tests, size_t count)
{
    subject_shared = mmap(NULL, sizeof *subject_shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (subject_shared == MAP_FAILED)
        return 1;
    return _cmocka_run_group_tests(group, tests, count, NULL, NULL);
}
