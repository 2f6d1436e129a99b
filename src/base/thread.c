#include "base/thread.h"

#include <math.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#ifdef __SANITIZE_ADDRESS__

#include "base/fork.h"

/* AddressSanitizer allocates while a thread begins, and a process that is forked in that moment would wait for its
 * allocator's lock for ever: no process is forked then. */
static pthread_mutex_t beginning = PTHREAD_MUTEX_INITIALIZER;

static void hold_forks(void)
{
    fork_keep_open(&beginning);
}

struct start {
    void *(*work)(void *data);
    void *data;
    sem_t begun;
};

static void *begin(void *context)
{
    struct start *start = context;
    void *(*work)(void *data) = start->work, *data = start->data;

    sem_post(&start->begun); /* from here on it is gone */
    return work(data);
}

static bool create(pthread_t *thread, void *(*work)(void *data), void *data)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct start start = { .work = work, .data = data };

    pthread_once(&once, hold_forks);
    sem_init(&start.begun, 0, 0);
    pthread_mutex_lock(&beginning);
    bool created = pthread_create(thread, NULL, begin, &start) == 0;
    while (created && sem_wait(&start.begun) != 0)
        continue;
    pthread_mutex_unlock(&beginning);
    sem_destroy(&start.begun);
    return created;
}

#else

static bool create(pthread_t *thread, void *(*work)(void *data), void *data)
{
    return pthread_create(thread, NULL, work, data) == 0;
}

#endif

bool thread_start(pthread_t *thread, void *(*work)(void *data), void *data)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };
    sigset_t others, before;

    sigfillset(&others);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&others, faults[i]);
    pthread_sigmask(SIG_SETMASK, &others, &before);
    bool started = create(thread, work, data);
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
