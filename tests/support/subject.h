/* The program that tests of the terminal run in an emulator: it shows its size and how many keys it got, and each key
 * makes it do something. Test programs include it after cmocka. */
#ifndef TESTS_SUBJECT_H
#define TESTS_SUBJECT_H

#include "tests/support/screen.h"

enum { EXIT_ENDED = 5, EXIT_NO_TERMINAL = 2, EXIT_SUDDEN = 3 };

/* What it reports besides its screen, in memory that both processes share. */
struct subject_shared {
    volatile int keys, shows;
};
extern struct subject_shared *subject_shared;

int subject_program(void *unused); /* a screen's body */

/* Starts it (or the body of the options) in a screen; the second one waits until it is shown. screen_close() it. */
struct screen *subject_start(struct screen_options o);
struct screen *subject_start_and_see(struct screen_options o);

/* Fails unless the terminal is as the shell expects it: the main screen, a visible cursor, input by lines with echo. */
void subject_assert_restored(const struct screen *s);

/* Ends it by its key, checks that the terminal is restored, and closes the screen. */
void subject_quit(struct screen *s);

/* A test program's main: makes the shared memory and runs the tests. */
int subject_tests(const char *group, const struct CMUnitTest *tests, size_t count);

#endif
