/* Signals: the terminal is restored on every way out, and signals that ask for something are reported to the loop.
 *
 * A process has one controlling terminal and one table of handlers, so this state is global. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <termios.h>

#include "base/error.h"

enum {
    SIGNAL_RESIZED = 1,
    SIGNAL_SUSPEND = 2,  /* SIGTSTP from outside: call signals_suspend() when the screen is ready for it */
    SIGNAL_CONTINUED = 4, /* after a stop that could not be caught: take over the terminal again */
    SIGNAL_SAVE = 8       /* SIGUSR1, SIGUSR2: a warning of the batch system */
};

/* Installs the handlers. The first SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM or SIGXCPU is kept for signals_ending();
 * further ones change nothing, except after SIGHUP. The signals of a crash restore the terminal and then do what they
 * did before. SIGPIPE and SIGXFSZ are ignored. */
bool signals_open(struct error *e);
void signals_close(void); /* restores the terminal and the old handlers */

/* A descriptor that can be read when a signal has come. */
int signals_descriptor(void);
unsigned signals_take(void); /* flags since the last call */
int signals_ending(void);    /* the signal that asks the program to end, or 0 */
void signals_forget(int number); /* unless another came since: the next is a first one again */

/* From now on the terminal on these descriptors is ours: `restore` (copied) and `before` restore it. */
bool signals_arm(int input, int output, const char *restore, const struct termios *before, struct error *e);

/* Restores the terminal, once for each signals_arm(). Async-signal-safe. Waiting input is dropped, and the answers to
 * status requests that are on their way are waited for: they must not end up on the shell's command line. */
void signals_restore(void);
void signals_expect_answers(int count);

/* Stops the process group as Ctrl-Z does. Returns when it is continued, or at once where nobody could continue it. */
void signals_suspend(void);

#endif
