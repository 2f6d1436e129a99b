/* Signals and the terminal: it is brought back on every way out, and what asks for something is told to the loop.
 *
 * A process has one controlling terminal and one table of handlers, so this state is the process's, not an object's. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <termios.h>

#include "base/error.h"

enum {
    SIGNAL_RESIZED = 1,
    SIGNAL_SUSPEND = 2,  /* Ctrl-Z from outside: signals_suspend() when the screen is ready for it */
    SIGNAL_CONTINUED = 4 /* after a stop that could not be caught: take the terminal again */
};

/* Installs the handlers. The first SIGINT, SIGTERM, SIGHUP or SIGXCPU is kept for signals_ending(); a second one (but
 * SIGXCPU), SIGQUIT, SIGALRM and those of a crash bring the terminal back and then do what they did before. SIGUSR1,
 * SIGUSR2, SIGPIPE and SIGXFSZ are ignored. */
bool signals_open(struct error *e);
void signals_close(void); /* brings the terminal back and puts the old handlers in place */

/* A descriptor that becomes readable when a signal has come. */
int signals_descriptor(void);
unsigned signals_take(void); /* flags since the last call */
int signals_ending(void);    /* the signal that asks the program to end, or 0 */

/* From now on the terminal on these descriptors is taken: `restore` (copied) and `before` bring it back. */
bool signals_arm(int input, int output, const char *restore, const struct termios *before, struct error *e);

/* Brings the terminal back, once for each arming. Async-signal-safe. What waits in its input is dropped, and the answer
 * to a status request that is on its way is waited for: it must not end up on the shell's command line. */
void signals_restore(void);
void signals_expect_answer(bool expected);

/* Stops the process's group as Ctrl-Z does; returns when it goes on (at once where nobody could continue it). */
void signals_suspend(void);

#endif
