/* The team of threads and its barrier. */
#include "tests/support/check.h"

#include "base/team.h"

enum { THREADS = 5, ROUNDS = 2000 };

struct scene {
    struct team *team;
    int marks[THREADS]; /* plain memory: only the barriers order it */
    int wrong[THREADS];
};

/* Every thread marks a round; after the barrier every thread must see all marks. */
static void mark_and_look(void *context, int thread)
{
    struct scene *s = context;

    for (int round = 1; round <= ROUNDS; round++) {
        s->marks[thread] = round;
        team_barrier(s->team);
        for (int i = 0; i < THREADS; i++)
            s->wrong[thread] += s->marks[i] != round;
        team_barrier(s->team);
    }
}

static void a_barrier_shows_what_the_others_did(void **state)
{
    struct scene s = { .team = NULL };
    struct error e = { 0 };
    (void)state;

    s.team = team_new(THREADS, &e);
    assert_good(s.team != NULL, e);
    for (int again = 0; again < 3; again++)
        team_run(s.team, mark_and_look, &s);
    team_free(s.team);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(s.wrong[i], 0);
}

static void add_one(void *context, int thread)
{
    ((int *)context)[thread]++;
}

static void every_thread_works_once_in_a_run(void **state)
{
    int counts[THREADS] = { 0 };
    struct error e = { 0 };
    struct team *t = team_new(THREADS, &e);
    (void)state;

    assert_good(t != NULL, e);
    for (int i = 0; i < ROUNDS; i++)
        team_run(t, add_one, counts);
    team_free(t);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(counts[i], ROUNDS);
}

static void a_team_of_one_is_the_caller(void **state)
{
    int count = 0;
    struct error e = { 0 };
    struct team *t = team_new(1, &e);
    (void)state;

    assert_good(t != NULL, e);
    team_run(t, add_one, &count);
    team_free(t);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_barrier_shows_what_the_others_did),
        cmocka_unit_test(every_thread_works_once_in_a_run),
        cmocka_unit_test(a_team_of_one_is_the_caller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
