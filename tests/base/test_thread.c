/* Threads that leave signals to the main one, and waiting until a time. */
#include "tests/support/check.h"

#include <signal.h>

#include "base/clock.h"
#include "base/thread.h"

static void *get_blocked(void *blocked)
{
    pthread_sigmask(SIG_SETMASK, NULL, blocked);
    return NULL;
}

static void test_a_thread_gets_no_signal_but_those_of_its_own_faults(void **state)
{
    static const int others[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCHLD, SIGXCPU };
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    sigset_t blocked, before, after;
    pthread_t thread;
    (void)state;

    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_true(thread_start(&thread, get_blocked, &blocked));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(sigismember(&blocked, others[i]), 1);
        assert_int_equal(sigismember(&after, others[i]), sigismember(&before, others[i]));
    }
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        assert_int_equal(sigismember(&blocked, faults[i]), 0);
}

static void test_a_wait_ends_when_its_time_is_past(void **state)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t changed;
    double until = clock_seconds() + 0.01;
    (void)state;

    thread_condition(&changed);
    pthread_mutex_lock(&lock);
    while (thread_wait_until(&changed, &lock, until))
        ;
    pthread_mutex_unlock(&lock);
    assert_true(clock_seconds() >= until - 1e-6);
    pthread_cond_destroy(&changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thread_gets_no_signal_but_those_of_its_own_faults),
        cmocka_unit_test(test_a_wait_ends_when_its_time_is_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
