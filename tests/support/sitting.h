/* The program as a user has it: in a terminal emulator, in a home of its own with a small recipe and, beside the
 * built-in digits, a colour data set. */
#ifndef TESTS_SUPPORT_SITTING_H
#define TESTS_SUPPORT_SITTING_H

#include "tests/support/screen.h"

/* Keys as a terminal sends them. */
#define ENTER "\r"
#define ESCAPE "\033"
#define DOWN "\033[B"
#define F5 "\033[15~"

extern const char *sitting_home;

int sitting_setup(void **state); /* of a test; *state is the home */
int sitting_teardown(void **state);

/* With the small recipe: three epochs of the digits on one thread. */
struct screen *sitting_start(int rows, int columns, bool ascii);

/* The same with the library that tells of GPUs, or one that is not there; and one more option, or NULL. */
struct screen *sitting_start_with(const char *nvml, const char *option, int rows, int columns, bool ascii);

const char *sitting_file(const char *name); /* of the first run */

/* Waits for the end of the program, which leaves the terminal as it was, and closes the screen. */
void sitting_left(struct screen *s, int exit_code);

#endif
