/* Child processes of a program with threads. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/thread.h"

enum { CHILDREN = 50 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool over;

static void *take_it_all_the_time(void *nothing)
{
    while (!atomic_load(&over)) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
    return nothing;
}

static void test_no_child_finds_the_lock_closed(void **state)
{
    pthread_t thread;
    int status;
    (void)state;

    fork_keep_open(&lock);
    assert_true(thread_start(&thread, take_it_all_the_time, NULL));
    for (int i = 0; i < CHILDREN; i++) {
        pid_t child = fork_process();

        if (child == 0)
            _exit(pthread_mutex_trylock(&lock) == 0 ? 0 : 1);
        assert_true(child > 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    atomic_store(&over, true);
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_child_finds_the_lock_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
