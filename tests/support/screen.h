/* A terminal for tests: a program on a pseudo-terminal with a real terminal emulator (libvterm) before it, which
 * answers status requests. Nothing sleeps: waiting is reading what the program sends. What does not come fails the
 * test. */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

struct screen;

struct screen_options {
    const char *const *arguments; /* ends with NULL; [0] is the program's path, or its name in PATH */
    int (*body)(void *data);      /* instead of a program: runs in a child, its result is the exit code */
    void *data;
    const char *const *environment; /* "NAME=value" besides TERM and LC_ALL, or "NAME" to take one away; NULL: none */
    int rows, columns;              /* 0: 24 × 80 */
    const char *term;               /* NULL: xterm-256color */
    bool ascii;                     /* a locale without UTF-8 */
    bool deaf;                      /* never answers status requests */
    bool repeats_nothing;           /* does not know ECMA-48's REP, as many that call themselves xterm */
};

struct screen *screen_start(const struct screen_options *o);
void screen_close(struct screen *s); /* ends the program if it still runs */

void screen_send(struct screen *s, const char *keys);
void screen_resize(struct screen *s, int rows, int columns);
void screen_tell_size(struct screen *s, int rows, int columns); /* the program alone: the emulator stays as large */
int screen_process(const struct screen *s);

/* Wait until the text is on the screen, is gone from it, or the condition holds. Only a test that fails takes long. */
void screen_wait_text(struct screen *s, const char *text);
void screen_wait_no_text(struct screen *s, const char *text);
void screen_wait_for(struct screen *s, bool (*condition)(struct screen *s, void *data), void *data, const char *what);
void screen_wait_frame(struct screen *s); /* until the one that has begun to come has come whole */
int screen_wait_exit(struct screen *s); /* what waitpid() says; the screen stays to be looked at */
void screen_hang_up(struct screen *s);  /* the terminal goes away: then only wait for the exit and close */
void screen_take(struct screen *s); /* takes in what has come; waits for nothing */
void screen_run(struct screen *s, double seconds); /* lets it run for so long: to count what it sends */

bool screen_shows(const struct screen *s, const char *text); /* within one row */
char *screen_text(const struct screen *s);                   /* rows ended by '\n', trailing blanks cut; free() it */
/* Where the text stands (its first place from the top). */
bool screen_find(const struct screen *s, const char *text, int *row, int *column);

/* How the cell at a place looks. `color` is a palette position, -1 for the terminal's own. */
struct screen_look {
    bool bold, reverse;
    int color;
};
struct screen_look screen_look(const struct screen *s, int row, int column);

/* Answers kept back (a link that stalls) until they are let go, or each one late: by the round trip, and by what was
 * sent before it, at so many bytes a second (0: at once), with what ssh adds to it. */
void screen_hold_answers(struct screen *s, bool hold);
void screen_lose_answers(struct screen *s, int count); /* the next ones are never sent */
void screen_delay_answers(struct screen *s, double seconds, double bytes_a_second);

uint64_t screen_bytes(const struct screen *s);  /* sent by the program so far */
uint64_t screen_frames(const struct screen *s); /* status requests so far: one a frame */
bool screen_is_alternate(const struct screen *s);
bool screen_cursor_is_visible(const struct screen *s);
bool screen_reports_mouse(const struct screen *s);
int screen_bells(const struct screen *s);
void screen_mode(const struct screen *s, struct termios *mode); /* the pseudo-terminal's */

/* Compares the screen with tests/screens/<name>.txt (see golden.h). What differs from run to run and from machine to
 * machine does not count: each character that an extended regular expression of tests/screens/masks.txt (one a line)
 * matches within a row becomes '#', and so do the rows of the Device panel. */
void screen_matches(struct screen *s, const char *name);

#endif
