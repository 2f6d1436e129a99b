#include "base/thread.h"

#include <math.h>
#include <signal.h>
#include <time.h>

bool thread_start(pthread_t *thread, void *(*work)(void *data), void *data)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };
    sigset_t others, before;

    sigfillset(&others);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&others, faults[i]);
    pthread_sigmask(SIG_SETMASK, &others, &before);
    bool started = pthread_create(thread, NULL, work, data) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void thread_condition(pthread_cond_t *changed)
{
    pthread_condattr_t steady;

    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(changed, &steady);
    pthread_condattr_destroy(&steady);
}

bool thread_wait_until(pthread_cond_t *changed, pthread_mutex_t *lock, double seconds)
{
    double whole = floor(seconds);
    struct timespec until = { .tv_sec = (time_t)whole, .tv_nsec = (long)((seconds - whole) * 1e9) };

    return pthread_cond_timedwait(changed, lock, &until) == 0;
}
