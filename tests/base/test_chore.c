/* Work beside this thread comes back with a ring, or is given up. */
#include "tests/support/check.h"

#include <semaphore.h>
#include <stdlib.h>

#include "base/chore.h"

static const double long_enough = 60;

static sem_t rung, begun, going_on, freed;

struct sum {
    int a, b, result;
};

static int setup(void **state)
{
    (void)state;
    sem_init(&rung, 0, 0);
    sem_init(&begun, 0, 0);
    sem_init(&going_on, 0, 0);
    sem_init(&freed, 0, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sem_destroy(&rung);
    sem_destroy(&begun);
    sem_destroy(&going_on);
    sem_destroy(&freed);
    return 0;
}

static void ring(void *context)
{
    sem_post(context);
}

static void free_sum(void *sum)
{
    free(sum);
    sem_post(&freed);
}

static bool add(struct chore *c, void *data, struct error *e)
{
    struct sum *sum = data;
    (void)c, (void)e;

    sum->result = sum->a + sum->b;
    return true;
}

static bool refuse(struct chore *c, void *data, struct error *e)
{
    (void)c, (void)data;
    return error_set(e, ERROR_INPUT, "no");
}

/* Deaf to what it is asked, until the test lets it go on. */
static bool hang(struct chore *c, void *data, struct error *e)
{
    (void)data, (void)e;
    chore_ring(c);
    sem_post(&begun);
    sem_wait(&going_on);
    return true;
}

static bool heed(struct chore *c, void *data, struct error *e)
{
    (void)data;
    sem_post(&begun);
    while (!*chore_stopped(c))
        continue;
    return error_set(e, ERROR_STOPPED, "stopped");
}

static struct chore *start(bool (*work)(struct chore *c, void *data, struct error *e), struct sum **sum)
{
    struct error e = { 0 };
    struct chore *c;

    *sum = malloc(sizeof **sum);
    assert_non_null(*sum);
    **sum = (struct sum){ .a = 3, .b = 4 };
    c = chore_start(&(struct chore_setup){ .does = "adds", .work = work, .free = free_sum,
                                           .changed = ring, .context = &rung }, *sum, &e);
    assert_good(c != NULL, e);
    return c;
}

static void test_what_is_done_comes_with_a_ring(void **state)
{
    struct error e = { .kind = ERROR_RUN };
    struct sum *sum;
    struct chore *c = start(add, &sum);
    (void)state;

    sem_wait(&rung);
    assert_good(chore_wait(c, long_enough, &e) && e.kind == ERROR_NONE, e);
    assert_int_equal(sum->result, 7);
    chore_stop(c, 0);
    assert_int_equal(sem_trywait(&freed), 0);
    chore_stop(NULL, 0);
}

static void test_what_fails_says_why(void **state)
{
    struct error e = { 0 };
    struct sum *sum;
    struct chore *c = start(refuse, &sum);
    (void)state;

    assert_true(chore_wait(c, long_enough, &e));
    assert_bad(e.kind == ERROR_NONE, e, "no");
    chore_stop(c, 0);
}

/* It frees what it has when it comes back, and tells nobody. */
static void test_what_hangs_holds_nobody_up(void **state)
{
    struct error e;
    struct sum *sum;
    struct chore *c = start(hang, &sum);
    (void)state;

    sem_wait(&begun);
    assert_int_equal(sem_trywait(&rung), 0); /* its own, before the end */
    assert_false(chore_wait(c, 0, &e));
    chore_stop(c, 0.01);
    assert_int_equal(sem_trywait(&freed), -1);
    sem_post(&going_on);
    sem_wait(&freed);
    assert_int_equal(sem_trywait(&rung), -1);
}

static void test_what_heeds_its_stop_is_over_when_that_returns(void **state)
{
    struct sum *sum;
    struct chore *c = start(heed, &sum);
    (void)state;

    sem_wait(&begun);
    chore_stop(c, long_enough);
    assert_int_equal(sem_trywait(&freed), 0);
    assert_int_equal(sem_trywait(&rung), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_done_comes_with_a_ring),
        TEST(test_what_fails_says_why),
        TEST(test_what_hangs_holds_nobody_up),
        TEST(test_what_heeds_its_stop_is_over_when_that_returns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
