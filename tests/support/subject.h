/* The program that the terminal's tests run in an emulator: it shows its size and how many keys came, and each key does
 * something to it. Test programs include it after cmocka. */
#ifndef TESTS_SUBJECT_H
#define TESTS_SUBJECT_H

#include "tests/support/screen.h"

enum { EXIT_ENDED = 5, EXIT_NO_TERMINAL = 2, EXIT_SUDDEN = 3 };

/* What it tells besides its screen; lies in memory that both processes have. */
struct subject_shared {
    volatile int keys, shows;
};
extern struct subject_shared *subject_shared;

int subject_program(void *unused); /* a screen's body */

/* Starts it (or the options' own body) in a screen; the second waits until it is seen. */
struct screen *subject_start(struct screen_options o);
struct screen *subject_start_and_see(struct screen_options o);

/* What the shell gets back: the main screen, a cursor, a line at a time with an echo. */
void subject_assert_restored(const struct screen *s);

/* Ends it by its key, sees that all is well, and closes the screen. */
void subject_quit(struct screen *s);

/* A test program's main: makes the shared memory and runs the tests. */
int subject_tests(const char *group, const struct CMUnitTest *tests, size_t count);

#endif
