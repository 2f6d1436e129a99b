/* What a batch system warns with, USR1 and USR2, sent to the program that this is loaded into with LD_PRELOAD: while
 * its libraries prepare themselves, before main() and the program's constructors, and then each millisecond until it
 * ends. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { APART = 1000000 }; /* nanoseconds */

static void warn_with(int number)
{
    const struct itimerspec again = { .it_interval.tv_nsec = APART, .it_value.tv_nsec = APART };
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number };
    timer_t timer;

    raise(number);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &again, NULL) != 0)
        abort();
}

/* The programs that this one starts are left alone. */
__attribute__((constructor)) static void begin(void)
{
    unsetenv("LD_PRELOAD");
    warn_with(SIGUSR1);
    warn_with(SIGUSR2);
}
